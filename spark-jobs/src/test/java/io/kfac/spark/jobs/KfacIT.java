package io.kfac.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.spark.engine.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as users run it: a process, real files, exit codes. */
class KfacIT {
    @TempDir
    private Path scratch;

    @Test
    void helpIsThereForEverybody() throws Exception {
        KfacProcess.Result all = KfacProcess.run(scratch, "--help");
        assertThat(all.code()).isZero();
        assertThat(all.out()).contains("train", "evaluate", "predict", "plan", "Examples:");
        KfacProcess.Result train = KfacProcess.run(scratch, "train", "--help");
        assertThat(train.code()).isZero();
        assertThat(train.out()).contains("--test-data", "--set", "--overwrite", "--seed", "Examples:");
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void withoutOptionsItTrainsOnTheDigits() throws Exception {
        KfacProcess.Result run = KfacProcess.run(scratch, "train");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("rows, 64 features, 10 classes", "BLAS", "64-200-10", "accuracy");
        Path output;
        try (Stream<Path> runs = Files.list(scratch.resolve("runs"))) {
            output = runs.toList().get(0);
        }
        assertThat(output.getFileName().toString()).startsWith("digits-");
        assertThat(run.out()).contains(output.toString());
        JsonNode metrics = json(output.resolve("metrics.json"));
        assertThat(metrics.get("optimizer").textValue()).isEqualTo("kfac");
        assertThat(metrics.get("classes").intValue()).isEqualTo(10);
        assertThat(metrics.get("features").intValue()).isEqualTo(64);
        assertThat(metrics.get("seed").longValue()).isEqualTo(1);
        assertThat(metrics.at("/test/accuracy").doubleValue()).isGreaterThan(0.96);
        assertThat(metrics.at("/train/loss").doubleValue()).isLessThan(0.1);
        assertThat(metrics.at("/seconds/total").doubleValue())
                .isGreaterThan(metrics.at("/seconds/train").doubleValue());
        assertThat(metrics.get("blas").textValue()).contains("native");
        List<String> lines = Files.readAllLines(output.resolve("run.jsonl"));
        List<String> steps =
                lines.stream().filter(line -> line.startsWith("{\"step\":")).toList();
        assertThat(steps).hasSize(metrics.get("steps").intValue());
        assertThat(Json.parse(steps.get(0)).at("/seconds/forwardBackward").isNumber())
                .isTrue();
        assertThat(lines.get(lines.size() - 1)).startsWith("{\"end\":{\"status\":\"finished\"");
        assertThat(json(output.resolve("run.json")).at("/setup/optimizer").asText())
                .isEqualTo("K-FAC");
        assertThat(Files.readString(output.resolve("report.html")))
                .contains("came to a training loss of", "data-chart=\"test-loss\"", "data-chart=\"accuracy\"");
        List<String> looks =
                lines.stream().filter(line -> line.startsWith("{\"look\":")).toList();
        assertThat(looks).as("of the first step, the last and some between").hasSizeGreaterThan(2);
        assertThat(Json.parse(looks.get(looks.size() - 1))
                        .at("/look/testAccuracy")
                        .doubleValue())
                .isEqualTo(metrics.at("/test/accuracy").doubleValue());
        assertThat(output.resolve("model/metadata.json")).exists();
    }

    @Test
    void partitionsStepByThemselvesWhereAsked() throws Exception {
        KfacProcess.Result run = KfacProcess.run(
                scratch, "train", "--output", "local", "--set", "train.mode=local", "--set", "train.localSteps=2");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("clipped K-FAC, 2 local steps a round, steps at a rate of 0.2, clipped");
        Path output = scratch.resolve("local");
        assertThat(json(output.resolve("metrics.json")).at("/test/accuracy").doubleValue())
                .isGreaterThan(0.9);
        JsonNode round =
                Json.parse(Files.readAllLines(output.resolve("run.jsonl")).get(0));
        assertThat(round.at("/local/steps").intValue()).isEqualTo(2);
        JsonNode none = Json.parse("{\"steps\":2,\"workers\":2,\"dropped\":0,\"scaledBack\":0}");
        assertThat(round.get("local")).isEqualTo(none);
        JsonNode totals = json(output.resolve("metrics.json")).get("local");
        assertThat(totals.get("turns").intValue())
                .isEqualTo(2 * totals.get("rounds").intValue())
                .isPositive();
        assertThat(totals.get("dropped").isNumber()).isTrue();
        assertThat(totals.get("dropped").intValue()).isZero();
        assertThat(totals.get("scaledBack").isNumber()).isTrue();
        assertThat(totals.get("scaledBack").intValue()).isZero();
        assertThat(run.out()).contains("turns of workers, 0 left out (not finite, or too far away), 0 scaled back");
        assertThat(Files.readString(output.resolve("report.html")))
                .contains("data-chart=\"spectra\"", "turns of workers, 0 left out");
    }

    @Test
    void workersThatGoAstrayAreHeldBackAndReported() throws Exception {
        KfacProcess.Result run = KfacProcess.run(
                scratch,
                "train",
                "--output",
                "wild",
                "--set",
                "optimizer.name=adam",
                "--set",
                "optimizer.learningRate=1",
                "--set",
                "train.mode=local",
                "--set",
                "train.localSteps=4",
                "--set",
                "train.maxSteps=5");
        assertThat(run.code()).isZero();
        assertThat(run.err()).singleElement().asString().startsWith("WARNING: workers of local steps went astray: of ");
        JsonNode totals = json(scratch.resolve("wild/metrics.json")).get("local");
        assertThat(totals.get("scaledBack").intValue()).isPositive();
        assertThat(Files.readString(scratch.resolve("wild/report.html"))).contains("<li class=\"warn\">wild: of ");
    }

    @Test
    void aTableOfOnesOwnGoesAllTheWay() throws Exception {
        People.write(scratch.resolve("june.csv"), People.HEADER, People.rows(600));
        People.write(
                scratch.resolve("july.csv"), People.HEADER, People.rows(900).subList(600, 900));
        String[] train = {
            "train",
            "--data",
            "june.csv",
            "--test-data",
            "july.csv",
            "--output",
            "models/people",
            "--set",
            "model.hidden=[8]"
        };
        KfacProcess.Result trained = KfacProcess.run(scratch, train);
        assertThat(trained.err()).isEmpty();
        assertThat(trained.code()).isZero();
        JsonNode metrics = json(scratch.resolve("models/people/metrics.json"));

        KfacProcess.Result evaluated = KfacProcess.run(
                scratch, "evaluate", "--model", "models/people", "--data", "july.csv", "--output", "scores");
        assertThat(evaluated.code()).isZero();
        assertThat(evaluated.out()).contains("actual \\ predicted", "yes", "no");
        JsonNode scores = json(scratch.resolve("scores/metrics.json"));
        double accuracy = metrics.at("/test/accuracy").doubleValue();
        assertThat(accuracy).isGreaterThan(0.6);
        assertThat(scores.get("accuracy").doubleValue()).isEqualTo(accuracy);
        assertThat(scores.get("loss").doubleValue())
                .isCloseTo(metrics.at("/test/loss").doubleValue(), within(1e-6));

        KfacProcess.Result predicted = KfacProcess.run(
                scratch,
                "predict",
                "--model",
                "models/people/model",
                "--data",
                "july.csv",
                "--output",
                "scored",
                "--output-format",
                "csv");
        assertThat(predicted.code()).isZero();
        List<String> rows = csv(scratch.resolve("scored"));
        assertThat(rows.get(0)).isEqualTo(People.HEADER + ",prediction,probability_no,probability_yes");
        long right = rows.stream()
                .skip(1)
                .map(row -> row.split(","))
                .filter(cells -> cells[3].equals(cells[4]))
                .count();
        assertThat((double) right / (rows.size() - 1)).isEqualTo(accuracy);

        assertThat(KfacProcess.run(scratch, train).code())
                .as("the output exists")
                .isEqualTo(2);
        List<String> again = new java.util.ArrayList<>(List.of(train));
        again.addAll(List.of("--overwrite", "--set", "optimizer.name=adam", "--set", "train.maxSteps=5"));
        assertThat(KfacProcess.run(scratch, again.toArray(String[]::new)).code())
                .isZero();
        assertThat(json(scratch.resolve("models/people/metrics.json"))
                        .get("optimizer")
                        .textValue())
                .isEqualTo("adam");
        try (Stream<Path> left = Files.list(scratch.resolve("models"))) {
            assertThat(left).containsExactly(scratch.resolve("models/people"));
        }
    }

    /** Claims at a rate of exp(0.5 x - 1) a year: the slope is found, and years count where it predicts. */
    @Test
    void countsWithAnExposure() throws Exception {
        java.util.SplittableRandom random = new java.util.SplittableRandom(1);
        StringBuilder rows = new StringBuilder("x,years,log_years,claims\n");
        for (int i = 0; i < 2_000; i++) {
            double x = random.nextDouble(-2, 2);
            int years = 1 + i % 4;
            double left = years * Math.exp(0.5 * x - 1);
            int claims = -1;
            for (; left > 0; claims++) {
                left += Math.log(1 - random.nextDouble());
            }
            rows.append("%s,%d,%s,%d%n".formatted(x, years, Math.log(years), claims));
        }
        Files.writeString(scratch.resolve("claims.csv"), rows.toString());
        KfacProcess.Result trained = KfacProcess.run(
                scratch,
                "train",
                "--data",
                "claims.csv",
                "--label",
                "claims",
                "--offset",
                "log_years",
                "--output",
                "model",
                "--set",
                "model.kind=regressor",
                "--set",
                "model.output=poisson",
                "--set",
                "model.hidden=[]",
                "--set",
                "optimizer.name=newton",
                "--set",
                "data.drop=[years]");
        assertThat(trained.err()).isEmpty();
        assertThat(trained.code()).isZero();
        assertThat(trained.out()).contains("poisson outputs", "deviance").doesNotContain("accuracy");
        JsonNode metrics = json(scratch.resolve("model/metrics.json"));
        double held = metrics.at("/test/deviance").doubleValue();
        assertThat(held).isBetween(200.0, 700.0);

        KfacProcess.Result evaluated =
                KfacProcess.run(scratch, "evaluate", "--model", "model", "--data", "claims.csv", "--output", "scores");
        assertThat(evaluated.code()).isZero();
        assertThat(json(scratch.resolve("scores/metrics.json")).get("deviance").doubleValue())
                .isCloseTo(held + metrics.at("/train/deviance").doubleValue(), within(1e-6));

        Files.writeString(scratch.resolve("new.csv"), "x,log_years\n-1,0.0\n1,0.0\n1,1.5\n");
        KfacProcess.Result predicted = KfacProcess.run(
                scratch,
                "predict",
                "--model",
                "model",
                "--data",
                "new.csv",
                "--output",
                "scored",
                "--output-format",
                "csv");
        assertThat(predicted.code()).isZero();
        List<String> scored = csv(scratch.resolve("scored"));
        assertThat(scored.get(0)).isEqualTo("x,log_years,prediction");
        double[] means = scored.stream()
                .skip(1)
                .mapToDouble(row -> Double.parseDouble(row.split(",")[2]))
                .toArray();
        assertThat(Math.log(means[1] / means[0]) / 2).isCloseTo(0.5, within(0.1));
        assertThat(Math.log(means[1] * means[0]) / 2).isCloseTo(-1, within(0.1));
        assertThat(Math.log(means[2] / means[1])).isCloseTo(1.5, within(1e-9));
    }

    @Test
    void controlCKeepsTheLastFinishedStep() throws Exception {
        KfacProcess run = KfacProcess.start(
                scratch,
                "train",
                "--output",
                "stopped",
                "--set",
                "optimizer.name=adam",
                "--set",
                "optimizer.batchRows=32",
                "--set",
                "train.validation=0");
        run.awaitOutput("\nstep ");
        run.interrupt();
        KfacProcess.Result result = run.await();
        assertThat(result.code()).isEqualTo(130);
        assertThat(result.err()).anyMatch(line -> line.contains("the last finished step will be kept"));
        assertThat(result.out()).contains("stopped ");
        assertThat(json(scratch.resolve("stopped/metrics.json")).get("stopped").booleanValue())
                .isTrue();
        assertThat(scratch.resolve("stopped/model/metadata.json")).exists();
    }

    @Test
    void controlCBeforeTrainingIsNotLost() throws Exception {
        KfacProcess run = KfacProcess.start(
                scratch, "train", "--output", "early", "--set", "optimizer.name=adam", "--set", "train.validation=0");
        run.awaitOutput("data ");
        run.interrupt();
        KfacProcess.Result result = run.await();
        assertThat(result.code()).isEqualTo(130);
        assertThat(result.err()).anyMatch(line -> line.startsWith("stopping"));
    }

    @Test
    void plansNeedNoData() throws Exception {
        KfacProcess.Result plan = KfacProcess.run(
                scratch,
                "plan",
                "--rows",
                "1000000",
                "--features",
                "784",
                "--classes",
                "10",
                "--set",
                "model.hidden=[100]");
        assertThat(plan.err()).isEmpty();
        assertThat(plan.code()).isZero();
        assertThat(plan.out())
                .contains(
                        "A 785 x 785",
                        "G 100 x 100",
                        "2 jobs a step",
                        "spark.driver.maxResultSize",
                        "a step      about",
                        "it fits");
        assertThat(scratch).isEmptyDirectory();
    }

    private static JsonNode json(Path file) throws IOException {
        return Json.parse(Files.readString(file));
    }

    private static List<String> csv(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> parts = files.filter(
                            file -> file.getFileName().toString().startsWith("part-"))
                    .toList();
            assertThat(parts).hasSize(1);
            return Files.readAllLines(parts.get(0));
        }
    }
}
