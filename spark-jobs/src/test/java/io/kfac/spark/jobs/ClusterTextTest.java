package io.kfac.spark.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.spark.engine.Cluster;
import io.kfac.spark.engine.ClusterPlan;
import io.kfac.spark.engine.ClusterSpeeds;
import io.kfac.spark.engine.PassSpeed;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.Preset;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClusterTextTest {
    private static final Network NETWORK =
            Network.mlp(784, List.of(256), 10, Activation.RELU, new Categorical(), Precision.FLOAT);
    private static final PassSpeed PASS = new PassSpeed(5e-6, 15e-6, 40e-6, 0.01, 0.05, 0.01);
    private static final ClusterSpeeds SPEEDS = new ClusterSpeeds(PASS, PASS, 0.1, 2, 1e9);
    private static final Plan.Limits PLENTY = new Plan.Limits(1L << 40, 1L << 40, 4, 0, false, 4);

    private static List<String> text(Preset preset, long rows, Plan.Limits limits, Integer... executors) {
        ClusterPlan plan = ClusterPlan.of(
                NETWORK, preset.of(NETWORK), OptionalInt.empty(), OptionalInt.empty(), rows, 3_140 * rows);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ClusterText.print(
                new Console(new PrintStream(out, true, UTF_8)),
                Stream.of(executors)
                        .map(count -> plan.on(new Cluster(count, 4, 1.25e9), SPEEDS, limits))
                        .toList());
        return out.toString(UTF_8).lines().toList();
    }

    private static String fact(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + " "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void bothWaysOfTheDefaultOptimizerAreShown() {
        List<String> lines = text(Preset.KFAC, 10_000_000, PLENTY, 1, 100);
        assertThat(lines.get(1)).startsWith("K-FAC, synchronous   executors").endsWith("rows/s   speed-up");
        assertThat(lines.get(2)).startsWith("    ").contains(" 1   ").endsWith("       1.0");
        assertThat(lines.get(5)).startsWith("clipped K-FAC, local steps   executors");
        assertThat(lines.get(6)).startsWith("rounds of ").endsWith("       1.0");
        assertThat(fact(lines, "memory")).contains("by local steps driver", "for 4 tasks, besides its rows");
        assertThat(fact(lines, "faster"))
                .contains("local steps of clipped K-FAC, by rows a second: ", "% of a round; self-tuned");
    }

    @Test
    void oneWayIsShownWherePartitionsCannotStepByThemselves() {
        List<String> lines = text(Preset.TRUST_REGION, 10_000_000, PLENTY, 1, 100);
        assertThat(lines).noneMatch(line -> line.contains("rounds of"));
        assertThat(fact(lines, "faster")).contains("synchronous: these steps are measured on all rows");
    }

    @Test
    void roundsOfOneStepAreNoFaster() {
        assertThat(fact(text(Preset.KFAC_CLIPPED, 60_000, PLENTY, 1, 1_000), "faster"))
                .endsWith("synchronous: a round would be of one step, which is a synchronous step of 60,000 rows");
    }

    @Test
    void saysHowManyExecutorsAreEnough() {
        assertThat(fact(text(Preset.KFAC_CLIPPED, 60_000, PLENTY, 1, 900, 1_000), "enough"))
                .matches("enough +900 executors: [0-9,]+ rows/s; 1,000 executors: [0-9,]+ rows/s");
        assertThat(fact(text(Preset.KFAC_CLIPPED, 10_000_000, PLENTY, 1, 2), "enough"))
                .matches("enough +2 executors: [0-9,]+ rows/s");
    }

    /** The reason stands where the times would, and makes no column wider. */
    @Test
    void whatDoesNotFitSaysWhyAndWhatHelps() {
        Plan.Limits little = new Plan.Limits(8L << 30, 8L << 30, 4, 200L << 20, false, 4);
        List<String> fits = text(Preset.KFAC_CLIPPED, 10_000_000, PLENTY, 1, 1_000);
        List<String> lines = text(Preset.KFAC_CLIPPED, 10_000_000, little, 1, 1_000);
        assertThat(lines.get(1)).hasSizeLessThanOrEqualTo(fits.get(1).length());
        assertThat(lines.get(3))
                .contains("1,000   does not fit: each step brings ", "spark.driver.maxResultSize is 200.0 MiB")
                .contains("Remedy: --conf spark.driver.maxResultSize=");
        assertThat(fact(lines, "faster")).contains("neither fits 1,000 executors");
        assertThat(fact(lines, "enough")).contains(" 1 executor: ", "; 1,000 executors: 0 rows/s");
    }
}
