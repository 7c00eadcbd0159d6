package io.kfac.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.spark.engine.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kfac fit} and {@code kfac drift} as users run them: files, exit codes, one clear line for what cannot be used. */
class FitDriftIT {
    @TempDir
    private Path scratch;

    @Test
    void aFitIsWritten() throws Exception {
        People.write(scratch.resolve("june.csv"), People.HEADER, People.rows(600));
        KfacProcess.Result run = KfacProcess.run(scratch, "fit", "--data", "june.csv", "--output", "out");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("600 rows of june.csv", "age", "income", "categorical", "out/fit.html");
        JsonNode json = Json.parse(Files.readString(scratch.resolve("out/fit.json")));
        assertThat(json.get("columns")).hasSize(4);
        assertThat(json.at("/columns/1/fits/0/aic").isNumber()).isTrue();
        assertThat(Files.readAllLines(scratch.resolve("out/fit.csv"))).hasSizeGreaterThan(10);
        assertThat(Files.readString(scratch.resolve("out/fit.html"))).contains("Distributions of june.csv");
    }

    @Test
    void theExitCodeTellsOfDrift() throws Exception {
        List<String> rows = People.rows(1_200);
        People.write(scratch.resolve("june.csv"), People.HEADER, rows.subList(0, 600));
        People.write(scratch.resolve("july.csv"), People.HEADER, rows.subList(600, 1_200));
        List<String> moved = rows.subList(600, 1_200).stream()
                .map(row -> row.replace("Bonn", "Essen"))
                .toList();
        People.write(scratch.resolve("august.csv"), People.HEADER, moved);
        KfacProcess.Result same = KfacProcess.run(
                scratch, "drift", "--reference", "june.csv", "--current", "july.csv", "--output", "same");
        assertThat(same.err()).isEmpty();
        assertThat(same.code()).isZero();
        assertThat(same.out()).contains("drift       none in ");
        KfacProcess.Result drift = KfacProcess.run(
                scratch, "drift", "--reference", "june.csv", "--current", "august.csv", "--output", "moved");
        assertThat(drift.err()).isEmpty();
        assertThat(drift.code()).isEqualTo(3);
        assertThat(drift.out()).contains(": town");
        JsonNode json = Json.parse(Files.readString(scratch.resolve("moved/drift.json")));
        assertThat(json.get("drift").booleanValue()).isTrue();
        assertThat(json.at("/columns/0/column").textValue()).isEqualTo("town");
        assertThat(scratch.resolve("moved/drift.html")).exists();
    }

    @Test
    void whatCannotBeUsedIsOneLine() throws Exception {
        People.write(scratch.resolve("june.csv"), People.HEADER, People.rows(50));
        KfacProcess.Result column =
                KfacProcess.run(scratch, "fit", "--data", "june.csv", "--columns", "wage", "--output", "out");
        assertThat(column.code()).isEqualTo(2);
        assertThat(column.err()).hasSize(1).allMatch(line -> line.startsWith("error: ") && line.contains("'wage'"));
        KfacProcess.Result level = KfacProcess.run(
                scratch,
                "drift",
                "--reference",
                "june.csv",
                "--current",
                "june.csv",
                "--level",
                "5",
                "--output",
                "out");
        assertThat(level.code()).isEqualTo(2);
        assertThat(level.err()).hasSize(1).allMatch(line -> line.contains("level 5.0"));
        assertThat(scratch.resolve("out")).doesNotExist();
    }
}
