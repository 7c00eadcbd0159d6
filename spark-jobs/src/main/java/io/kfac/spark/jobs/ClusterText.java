package io.kfac.spark.jobs;

import io.kfac.spark.engine.Bytes;
import io.kfac.spark.engine.ClusterEstimate;
import io.kfac.spark.engine.ClusterPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plans of clusters for people. */
final class ClusterText {
    private ClusterText() {}

    /** @param ways smallest cluster first */
    static void print(Console console, List<ClusterPlan.Ways> ways) {
        console.blank();
        table(console, "synchronous", ways, way -> Optional.of(way.synchronous()));
        if (ways.get(0).local().isPresent()) {
            console.blank();
            table(console, "local steps", ways, ClusterPlan.Ways::local);
        }
        console.blank();
        console.fact("faster", verdict(ways.get(ways.size() - 1)));
    }

    private interface Way {
        Optional<ClusterEstimate> of(ClusterPlan.Ways ways);
    }

    private static void table(Console console, String name, List<ClusterPlan.Ways> ways, Way way) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                name,
                "executors",
                "a step",
                "tasks",
                "driver",
                "broadcast",
                "merge",
                "Spark",
                "bytes",
                "rows/s",
                "speed-up"));
        double one = way.of(ways.get(0)).orElseThrow().rowsPerSecond();
        for (ClusterPlan.Ways each : ways) {
            ClusterEstimate e = way.of(each).orElseThrow();
            String steps = way.of(each).equals(each.local())
                    ? each.spec()
                            .map(spec -> "rounds of %,d".formatted(spec.steps()))
                            .orElse("")
                    : "";
            rows.add(List.of(
                    steps,
                    "%,d".formatted(each.cluster().executors()),
                    Durations.text(e.total()),
                    Durations.text(e.compute()),
                    Durations.text(e.refresh()),
                    Durations.text(e.broadcast()),
                    Durations.text(e.merge()),
                    Durations.text(e.latency()),
                    Bytes.text((long) e.bytes()),
                    "%,.0f".formatted(e.rowsPerSecond()),
                    "%.1f".formatted(e.rowsPerSecond() / one)));
        }
        console.table(1, rows);
    }

    private static String verdict(ClusterPlan.Ways ways) {
        ClusterEstimate together = ways.synchronous();
        if (ways.local().isEmpty()) {
            return "synchronous: these steps are chosen on all rows of a batch; local steps have a rate (--set train.mode=local, for"
                    + " optimizers that can have one)";
        }
        ClusterEstimate local = ways.local().get();
        boolean localWins = local.rowsPerSecond() > together.rowsPerSecond();
        return "%s, by rows a second: %,.0f against %,.0f; jobs, traffic and the driver are %.0f%% of a synchronous step and %.0f%% of a round"
                .formatted(
                        localWins ? "local steps" : "synchronous",
                        Math.max(local.rowsPerSecond(), together.rowsPerSecond()),
                        Math.min(local.rowsPerSecond(), together.rowsPerSecond()),
                        100 * together.overhead(),
                        100 * local.overhead());
    }
}
