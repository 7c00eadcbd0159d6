package io.kfac.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.spark.engine.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kfac compare and kfac report, as a user would run them. */
class CompareIT {
    @TempDir
    private Path scratch;

    @Test
    void oneThatFailsIsARowAndNothingIsRepeated() throws Exception {
        Path conf = Files.writeString(scratch.resolve("compare.conf"), """
                model.hidden = [12]
                compare {
                  optimizers = [
                    { name = kfac }
                    { name = adam, learningRate = [1e-2, 1e-3], batchRows = 128 }
                    { name = sgd, learningRate = 1e30, label = "SGD <b>wild</b>" }
                    { name = mllib-mlp }
                    { name = mllib-logistic }
                    { name = adam, learningRate = [1e-2], label = "Adam, local", train { mode = local } }
                  ]
                  seeds = [1]
                  budget { seconds = 2, jobs = 30 }
                  targets = [{ loss = 1.5 }]
                }
                """);
        String[] command = {"compare", "--conf", conf.toString(), "--output", "out"};
        KfacProcess.Result first = KfacProcess.run(scratch, command);
        assertThat(first.err()).isEmpty();
        assertThat(first.code()).isZero();
        assertThat(first.out()).contains("reached a training loss of 1.5").contains("SGD <b>wild</b>, seed 1 diverged");
        JsonNode report = Json.parse(Files.readString(scratch.resolve("out/report.json")));
        List<String> labels = new ArrayList<>();
        report.get("optimizers").forEach(one -> labels.add(one.get("label").asText()));
        assertThat(labels)
                .containsExactly("K-FAC", "Adam", "SGD <b>wild</b>", "MLlib MLP", "MLlib logistic", "Adam, local");
        JsonNode runs = report.get("runs");
        assertThat(runs).hasSize(7);
        assertThat(runs.get(0).get("steps").size())
                .as("two jobs a step, and a search")
                .isBetween(10, 15);
        assertThat(runs.get(0).get("spectra")).isNotEmpty();
        assertThat(runs.get(0).get("closeness")).isNotEmpty();
        assertThat(runs.get(3).get("status").asText()).startsWith("diverged: ");
        assertThat(runs.get(4).get("looks")).isNotEmpty();
        assertThat(runs.get(5).get("status").asText()).startsWith("failed: Cannot compare with mllib-logistic");
        assertThat(runs.get(6).get("status").asText()).contains("is spent");
        assertThat(runs.get(6).get("looks")).isNotEmpty();
        assertThat(Files.readString(scratch.resolve("out/report.html")))
                .contains("SGD &lt;b&gt;wild&lt;/b&gt;")
                .contains("kfac compare --conf");
        assertThat(scratch.resolve("out/spectra.parquet/_SUCCESS")).exists();

        List<Path> logs = List.of(
                scratch.resolve("out/runs/k-fac/seed-1/run.jsonl"),
                scratch.resolve("out/runs/adam/rate-0.001-rows-128/seed-1/run.jsonl"),
                scratch.resolve("out/runs/mllib-mlp/seed-1/run.jsonl"));
        List<String> before = contents(logs);
        KfacProcess.Result second = KfacProcess.run(scratch, command);
        assertThat(second.out()).contains("K-FAC, seed 1 found from before");
        assertThat(contents(logs)).isEqualTo(before);

        KfacProcess.Result third =
                KfacProcess.run(scratch, "report", "out", "--output", "again", "--target", "loss=1.8");
        assertThat(third.err()).isEmpty();
        assertThat(third.out()).contains("reached a training loss of 1.8");
        assertThat(Files.readString(scratch.resolve("again/report.html"))).contains("To a training loss of 1.8");
    }

    private static List<String> contents(List<Path> files) throws IOException {
        List<String> contents = new ArrayList<>();
        for (Path file : files) {
            contents.add(Files.readString(file));
        }
        return contents;
    }

    @Test
    void whatIsNoRunIsRefused() throws Exception {
        KfacProcess.Result result = KfacProcess.run(scratch, "report", ".");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err())
                .containsExactly(
                        "error: Cannot read a run from .: it has no run.jsonl. Remedy: give a directory that kfac train or compare wrote");
    }
}
