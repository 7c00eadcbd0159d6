package io.kfac.spark.jobs;

import io.kfac.spark.engine.Bytes;
import io.kfac.spark.engine.ClusterEstimate;
import io.kfac.spark.engine.ClusterPlan.Way;
import io.kfac.spark.engine.ClusterPlan.Ways;
import io.kfac.spark.engine.OptimizerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Plans of clusters for people. */
final class ClusterText {
    private static final double NEARLY = 0.9;

    private ClusterText() {}

    /** @param sizes smallest cluster first; either all can train by local steps or none */
    static void print(Console console, List<Ways> sizes) {
        Ways largest = sizes.get(sizes.size() - 1);
        console.blank();
        table(
                console,
                "synchronous",
                sizes,
                sizes.stream().map(Ways::synchronous).toList());
        largest.local().ifPresent(local -> {
            console.blank();
            table(
                    console,
                    "local steps",
                    sizes,
                    sizes.stream().flatMap(ways -> ways.local().stream()).toList());
        });
        console.blank();
        console.fact("memory", memory(largest));
        console.fact("faster", verdict(largest));
        console.fact("enough", enough(sizes));
    }

    /** The smallest cluster that goes through nearly as many rows a second as any, in whichever way. */
    private static String enough(List<Ways> sizes) {
        double most =
                sizes.stream().mapToDouble(ClusterText::rowsPerSecond).max().orElse(0);
        Ways largest = sizes.get(sizes.size() - 1);
        return sizes.stream()
                .filter(ways -> most > 0 && rowsPerSecond(ways) >= NEARLY * most)
                .findFirst()
                .map(ways -> speed(ways) + (ways.equals(largest) ? "" : "; " + speed(largest)))
                .orElse("no cluster of these");
    }

    private static String speed(Ways ways) {
        int executors = ways.cluster().executors();
        return "%,d executor%s: %,.0f rows/s".formatted(executors, executors == 1 ? "" : "s", rowsPerSecond(ways));
    }

    /** In the faster way that fits; 0 where none does. */
    private static double rowsPerSecond(Ways ways) {
        return Stream.concat(Stream.of(ways.synchronous()), ways.local().stream())
                .filter(way -> way.misfit().isEmpty())
                .mapToDouble(way -> way.estimate().rowsPerSecond())
                .max()
                .orElse(0);
    }

    private static void table(Console console, String name, List<Ways> sizes, List<Way> ways) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "%s, %s".formatted(title(ways.get(0)), name),
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
        double one = ways.get(0).estimate().rowsPerSecond();
        for (int i = 0; i < ways.size(); i++) {
            Way way = ways.get(i);
            String steps = rounds(way.plan().optimizer());
            String executors = "%,d".formatted(sizes.get(i).cluster().executors());
            rows.add(way.misfit()
                    .map(reason -> List.of(steps, executors, "does not fit: " + reason))
                    .orElseGet(() -> row(steps, executors, way.estimate(), one)));
        }
        console.table(1, rows);
    }

    private static List<String> row(String steps, String executors, ClusterEstimate estimate, double one) {
        return List.of(
                steps,
                executors,
                Durations.text(estimate.total()),
                Durations.text(estimate.compute()),
                Durations.text(estimate.refresh()),
                Durations.text(estimate.broadcast()),
                Durations.text(estimate.merge()),
                Durations.text(estimate.latency()),
                Bytes.text((long) estimate.bytes()),
                "%,.0f".formatted(estimate.rowsPerSecond()),
                "%.1f".formatted(estimate.rowsPerSecond() / one));
    }

    private static String rounds(OptimizerSpec optimizer) {
        int steps = optimizer.steps();
        return optimizer.local() ? "rounds of %,d step%s".formatted(steps, steps == 1 ? "" : "s") : "";
    }

    private static String title(Way way) {
        return way.plan().optimizer().each().title();
    }

    private static String memory(Ways ways) {
        String synchronous = memory(ways, ways.synchronous());
        return ways.local()
                .map(local -> "%s; by local steps %s".formatted(synchronous, memory(ways, local)))
                .orElse(synchronous);
    }

    private static String memory(Ways ways, Way way) {
        return "driver %s, an executor %s for %d task%s, besides its rows"
                .formatted(
                        Bytes.text(way.plan().driverNeed(ways.limits())),
                        Bytes.text(way.plan().executorBytes(ways.limits())),
                        ways.cluster().cores(),
                        ways.cluster().cores() == 1 ? "" : "s");
    }

    private static String verdict(Ways ways) {
        if (ways.local().isEmpty()) {
            return "synchronous: these steps are measured on all rows, and partitions cannot take them by themselves";
        }
        Way together = ways.synchronous();
        Way local = ways.local().get();
        if (together.misfit().isPresent() || local.misfit().isPresent()) {
            return fitting(ways, together, local);
        }
        if (local.plan().optimizer().steps() == 1) {
            return "synchronous: a round would be of one step, which is a synchronous step of %,.0f rows"
                    .formatted(local.estimate().rows());
        }
        return compare(together, local);
    }

    private static String fitting(Ways ways, Way together, Way local) {
        if (together.misfit().isEmpty()) {
            return "synchronous: local steps do not fit";
        }
        return local.misfit().isEmpty()
                ? "local steps (--set train.mode=local): synchronous ones do not fit"
                : "neither fits %,d executors".formatted(ways.cluster().executors());
    }

    private static String compare(Way together, Way local) {
        ClusterEstimate all = together.estimate();
        ClusterEstimate own = local.estimate();
        boolean localWins = own.rowsPerSecond() > all.rowsPerSecond();
        return "%s, by rows a second: %,.0f against %,.0f; jobs, traffic and the driver are %.0f%% of a synchronous step and %.0f%% of a round%s"
                .formatted(
                        localWins ? "local steps of %s".formatted(title(local)) : "synchronous",
                        Math.max(own.rowsPerSecond(), all.rowsPerSecond()),
                        Math.min(own.rowsPerSecond(), all.rowsPerSecond()),
                        100 * all.overhead(),
                        100 * own.overhead(),
                        title(together).equals(title(local)) ? "" : "; self-tuned steps may need fewer rows");
    }
}
