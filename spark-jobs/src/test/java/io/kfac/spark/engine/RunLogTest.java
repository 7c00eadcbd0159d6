package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.objective.Cost;
import io.kfac.optimizer.LocalRound;
import io.kfac.optimizer.StepReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
    @Test
    void aLineCanBeReadAsSoonAsItsStepIsDone(@TempDir Path scratch) throws Exception {
        Path file = scratch.resolve("run.jsonl");
        long[] now = {0};
        try (RunLog log = new RunLog(new org.apache.hadoop.fs.Path(file.toUri()), new Configuration(), () -> now[0])) {
            now[0] = 1_500_000_000;
            log.onStep(report(1, OptionalDouble.empty()));
            List<String> lines = java.nio.file.Files.readAllLines(file);
            assertThat(lines).hasSize(1);
            JsonNode line = Json.parse(lines.get(0));
            assertThat(line.get("step").intValue()).isEqualTo(1);
            assertThat(line.get("elapsed").doubleValue()).isEqualTo(1.5);
            assertThat(line.get("rho").isNull()).as("NaN is null").isTrue();
            assertThat(line.get("damping").isNull()).as("infinity is null").isTrue();
            assertThat(line.get("validationLoss").isNull()).isTrue();
            assertThat(line.get("seconds").get("refresh").doubleValue()).isEqualTo(0.125);
            assertThat(line.get("seconds").get("overhead").doubleValue()).isEqualTo(5);
            assertThat(line.get("jobs").longValue()).isEqualTo(17);
            assertThat(line.has("local")).isFalse();
            log.onStep(report(2, OptionalDouble.of(0.5), Optional.of(new LocalRound(5, 4, 2, 1))));
            log.end("finished", "reached 2 steps", 0);
            log.end("failed", "only the first counts", 0);
        }
        List<String> lines = java.nio.file.Files.readAllLines(file);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(2)).isEqualTo("{\"end\":{\"status\":\"finished\",\"reason\":\"reached 2 steps\"}}");
        assertThat(Json.parse(lines.get(1)).get("validationLoss").doubleValue()).isEqualTo(0.5);
        assertThat(Json.parse(lines.get(1)).get("local"))
                .isEqualTo(Json.parse("{\"steps\":5,\"workers\":4,\"dropped\":2,\"scaledBack\":1}"));
        assertThat(scratch).isDirectoryNotContaining(path -> !path.equals(file));
    }

    private static StepReport report(long step, OptionalDouble validation) {
        return report(step, validation, Optional.empty());
    }

    private static StepReport report(long step, OptionalDouble validation, Optional<LocalRound> local) {
        return new StepReport(
                step,
                0.5,
                2_000,
                1.25,
                validation,
                3,
                Double.POSITIVE_INFINITY,
                Double.NaN,
                0.1,
                0.2,
                1,
                0.9,
                true,
                0.125,
                new Cost(2, 100, 1, 2, 3, 4, 5),
                17,
                1_000,
                local);
    }
}
