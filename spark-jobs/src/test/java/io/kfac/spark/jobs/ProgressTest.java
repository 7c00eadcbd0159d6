package io.kfac.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.objective.Cost;
import io.kfac.optimizer.LocalRound;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.TrainingOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void aLineEveryFewSecondsAndOneAtTheEnd() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long[] now = {0};
        TrainingOptions options = TrainingOptions.defaults(100, 1, 0.1);
        try (Progress progress =
                new Progress(options, false, new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> now[0])) {
            for (int step = 1; step <= 8; step++) {
                now[0] += SECOND;
                progress.onStep(report(step, step == 2 ? OptionalDouble.of(0.75) : OptionalDouble.empty(), step != 8));
            }
        }
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .startsWith("step 3: loss 0.5000, validation 0.7500, gradient 0.25, damping 0.0010, rho 0.90, KL 0.020")
                .endsWith(", 2,000 rows/s, at most 97 s left");
        assertThat(lines.get(1)).startsWith("step 6: ");
        assertThat(lines.get(2)).startsWith("step 8: ").contains("undone").endsWith("at most 92 s left");
    }

    @Test
    void whatAnOptimizerHasNotIsNotShown() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TrainingOptions options = new TrainingOptions(Integer.MAX_VALUE, 10, 1, 0, 5, 5, 1e-3, true);
        try (Progress progress =
                new Progress(options, false, new PrintStream(bytes, true, StandardCharsets.UTF_8), System::nanoTime)) {
            progress.onStep(new StepReport(
                    1,
                    0.1,
                    10,
                    2,
                    OptionalDouble.empty(),
                    1,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    1,
                    0,
                    true,
                    0,
                    Cost.NONE,
                    1,
                    1));
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("step 1: loss 2.000, gradient 1.0")
                .doesNotContain("NaN", "rho", "KL", "damping", "validation");
    }

    /** Lines are seconds apart: one that was left out between two of them is in all that follow. */
    @Test
    void workersThatWentAstrayAreNotForgotten() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long[] now = {0};
        try (Progress progress = new Progress(
                TrainingOptions.defaults(100, 1, 0.1),
                false,
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                () -> now[0])) {
            for (int round = 1; round <= 12; round++) {
                now[0] += SECOND;
                progress.onStep(report(
                        round,
                        OptionalDouble.empty(),
                        true,
                        Optional.of(new LocalRound(5, 4, round == 5 ? 1 : 0, round == 7 ? 2 : 0))));
            }
        }
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).startsWith("step 3: ").doesNotContain("workers");
        assertThat(lines.get(1))
                .contains(", of 24 turns of workers, 1 left out (not finite, or too far away), 0 scaled back, at most");
        assertThat(lines.get(2))
                .contains(", of 36 turns of workers, 1 left out (not finite, or too far away), 2 scaled back, at most");
        assertThat(lines.get(3)).contains(", of 48 turns of workers, 1 left out");
    }

    private static StepReport report(long step, OptionalDouble validation, boolean accepted) {
        return report(step, validation, accepted, Optional.empty());
    }

    private static StepReport report(
            long step, OptionalDouble validation, boolean accepted, Optional<LocalRound> local) {
        return new StepReport(
                step,
                0.1,
                2_000,
                0.5,
                validation,
                0.25,
                1e-3,
                0.9,
                0.01,
                0.02,
                1,
                0,
                accepted,
                0,
                Cost.NONE,
                1,
                1,
                local);
    }
}
