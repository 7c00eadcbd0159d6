package io.kfac.spark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kfac.spark.data.BadInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReaderTest {
    @TempDir
    Path scratch;

    @Test
    void theLastLineOfAKilledRunIsPassedOver() throws IOException {
        RunFiles files = Logs.run(scratch, "K-FAC", false, 1)
                .step(1, 0.1, 2)
                .step(2, 0.2, 1)
                .raw("{\"step\":3,\"elapsed\":0.3,\"lo")
                .done();
        Run run = RunReader.read(files);
        assertThat(run.steps()).hasSize(2);
        assertThat(run.problems())
                .containsExactly("line 3 of run.jsonl is cut off, as a killed run leaves it, and was passed over");
        assertThat(run.end()).isEmpty();
        assertThat(run.status()).isEqualTo("no end in its log: killed, or still running");
        assertThat(Report.of("x", List.of(files), List.of()).html())
                .contains("line 3 of run.jsonl is cut off, as a killed run leaves it, and was passed over");
    }

    @Test
    void linesThatAreNoneArePassedOver() throws IOException {
        Logs logs = Logs.run(scratch, "K-FAC", false, 1)
                .step(1, 0.1, 2)
                .raw("not JSON\n")
                .raw("[1, 2]\n")
                .raw("{\"what\":1}\n")
                .raw("\n")
                .step(2, 0.2, 1);
        RunFiles files = logs.end("finished", "");
        Files.write(
                logs.directory().resolve("run.jsonl"),
                "\u00e4".getBytes(StandardCharsets.ISO_8859_1),
                StandardOpenOption.APPEND);
        Run run = RunReader.read(files);
        assertThat(run.steps()).hasSize(2);
        assertThat(run.problems()).hasSize(4).allMatch(problem -> problem.contains("was passed over"));
        assertThat(run.end()).isPresent();
    }

    @Test
    void aDescriptionThatIsDamagedIsNotNeeded() throws IOException {
        Logs logs = Logs.run(scratch, "K-FAC", false, 1).step(1, 0.1, 2);
        RunFiles files = logs.done();
        Files.writeString(logs.directory().resolve("run.json"), "{\"label\": ");
        Run run = RunReader.read(files);
        assertThat(run.problems()).containsExactly("run.json is no JSON object and was passed over");
        assertThat(run.about().label()).isEqualTo(files.name());
        assertThat(Report.of("x", List.of(files), List.of()).sentence()).contains("1 steps");
    }

    @Test
    void aDirectoryWithoutALogIsRefused() {
        assertThatThrownBy(() -> RunReader.read(RunFiles.of(scratch)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("it has no run.jsonl. Remedy: give a directory that kfac train or compare wrote");
        assertThatThrownBy(() -> Report.of("x", List.of(), List.of())).isInstanceOf(BadInput.class);
    }

    @Test
    void numbersThatAreNoneAreNoPoints() throws IOException {
        RunFiles files = Logs.run(scratch, "K-FAC", false, 1)
                .raw("{\"step\":1,\"elapsed\":0.1,\"loss\":null,\"validationLoss\":null}\n")
                .raw("{\"step\":2,\"elapsed\":0.2,\"loss\":1.5,\"validationLoss\":0.5}\n")
                .done();
        Run run = RunReader.read(files);
        assertThat(run.curve(Quantity.VALIDATION_LOSS).points()).hasSize(1);
        assertThat(run.curve(Quantity.BATCH_LOSS).best()).isEqualTo(1.5);
        assertThat(run.curve(Quantity.LOSS).isEmpty()).isTrue();
    }
}
