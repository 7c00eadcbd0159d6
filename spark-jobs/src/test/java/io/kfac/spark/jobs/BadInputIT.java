package io.kfac.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What users give that cannot be used: one clear line, a code of 2, no stack trace, and nothing left behind. */
class BadInputIT {
    private static final List<String> ROWS = People.rows(200);

    @TempDir
    private static Path scratch;

    private static List<String> before;

    /** A command line, and what its one line must say. */
    private record Case(String command, List<String> says) {}

    private static Case of(String command, String... says) {
        return new Case(command, List.of(says));
    }

    private static final List<Case> CASES = List.of(
            of("train --data none.csv", "none.csv", "no such file"),
            of("train --data empty.csv", "empty.csv", "empty"),
            of("train --data good.csv --format zap", "zap", "--format"),
            of("train --data good.csv --label wage", "wage", "age, income, town, label"),
            of("train --data missing.csv", "'income'", "missing value", "row 51", "missing.csv", "data.impute"),
            of("train --data nan.csv", "'age'", "NaN", "row 51", "nan.csv"),
            of("train --data infinite.csv", "'age'", "Infinity", "row 51", "infinite.csv"),
            of("train --data one.csv", "one class", "'yes'"),
            of("train --data good.csv --test-data narrow.csv", "'income'", "narrow.csv"),
            of("train --data a.libsvm --test-data wide.csv --format libsvm", "wide.csv"),
            of("train --data weights.csv --weight w", "'w'", "-1", "row 51"),
            of("train --data zero.csv --weight w", "'w'", "all weights are zero"),
            of("train --data ids.csv", "'customer_id'", "--set data.drop=[customer_id]"),
            of(
                    "train --set model.kind=autoencoder --set model.output=bernoulli",
                    "'pixel_",
                    "[0, 1]",
                    "model.output=gaussian"),
            of("train --set train.patiense=3", "train.patiense", "did you mean train.patience?"),
            of("train --conf typo.conf", "model.hiden", "typo.conf: 1", "did you mean model.hidden?"),
            of("train --set optimizer.damping=-1", "optimizer.damping = -1", "a number above 0"),
            of("train --lable x", "--lable"),
            of("train --output foo://x/y", "foo://x/y", "scheme"),
            of("train --output taken", "taken", "it exists", "--overwrite"),
            of("train --set model.hidden=[60000]", "order 60,001", "optimizer.name=adam"),
            of("evaluate --model taken --data good.csv", "taken", "metadata.json"),
            of("evaluate --model future --data good.csv", "future", "formatVersion 99", "reads 1"),
            of("predict --model nowhere --data good.csv --output scored", "nowhere", "no such directory"));

    @BeforeAll
    static void writeTables() throws IOException {
        People.write(scratch.resolve("good.csv"), People.HEADER, ROWS);
        Files.createFile(scratch.resolve("empty.csv"));
        People.write(scratch.resolve("missing.csv"), People.HEADER, People.with(ROWS, 50, "41.5,,Ulm,yes"));
        People.write(scratch.resolve("nan.csv"), People.HEADER, People.with(ROWS, 50, "NaN,20.0,Ulm,yes"));
        People.write(scratch.resolve("infinite.csv"), People.HEADER, People.with(ROWS, 50, "Infinity,20.0,Ulm,yes"));
        People.write(
                scratch.resolve("one.csv"),
                People.HEADER,
                ROWS.stream().filter(row -> row.endsWith("yes")).toList());
        People.write(
                scratch.resolve("narrow.csv"),
                "age,town,label",
                ROWS.stream().map(row -> row.replaceFirst(",[^,]*", "")).toList());
        List<String> weighted = ROWS.stream().map(row -> row + ",1").toList();
        People.write(
                scratch.resolve("weights.csv"),
                People.HEADER + ",w",
                People.with(weighted, 50, "41.5,20.0,Ulm,yes,-1"));
        People.write(
                scratch.resolve("zero.csv"),
                People.HEADER + ",w",
                ROWS.stream().map(row -> row + ",0").toList());
        List<String> numbered = new ArrayList<>();
        for (int i = 0; i < ROWS.size(); i++) {
            numbered.add(i + "," + ROWS.get(i));
        }
        People.write(scratch.resolve("ids.csv"), "customer_id," + People.HEADER, numbered);
        Files.writeString(scratch.resolve("a.libsvm"), "0 1:1.5 3:2\n1 2:1\n0 1:2.5\n1 3:0.5\n".repeat(20));
        Files.writeString(scratch.resolve("wide.csv"), "0 1:1 x:2\n");
        Files.writeString(scratch.resolve("typo.conf"), "model.hiden = [3]\n");
        Files.createDirectory(scratch.resolve("taken"));
        Files.createDirectory(scratch.resolve("future"));
        Files.writeString(scratch.resolve("future/metadata.json"), "{\"formatVersion\": 99}");
        before = listing();
    }

    private static List<String> listing() throws IOException {
        try (Stream<Path> files = Files.walk(scratch)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    private static ExecutorService threads;
    private static final Map<Case, Future<KfacProcess.Result>> RUNS = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        threads = Executors.newFixedThreadPool(2);
        for (Case one : CASES) {
            List<String> words = new ArrayList<>(Arrays.asList(one.command.split(" ")));
            if (words.get(0).equals("train") && !words.contains("--output")) {
                words.addAll(List.of("--output", "runs%d/out".formatted(RUNS.size())));
            }
            Callable<KfacProcess.Result> run = () -> KfacProcess.run(scratch, words.toArray(String[]::new));
            RUNS.put(one, threads.submit(run));
        }
    }

    @AfterAll
    static void stop() throws IOException {
        threads.shutdownNow();
        assertThat(listing()).as("nothing is left behind").isEqualTo(before);
    }

    @TestFactory
    Stream<DynamicTest> oneClearLine() {
        return CASES.stream()
                .map(one -> DynamicTest.dynamicTest(one.command, () -> {
                    KfacProcess.Result result = RUNS.get(one).get();
                    assertThat(result.err()).as("standard error").isNotEmpty();
                    assertThat(result.err().get(0)).startsWith("error: ").contains(one.says);
                    assertThat(result.err())
                            .noneMatch(line -> line.startsWith("\tat ") || line.startsWith("Caused by"));
                    // Options that picocli refuses get a second line: where help is.
                    assertThat(result.err()).hasSizeLessThanOrEqualTo(one.command.contains("--lable") ? 4 : 1);
                    assertThat(result.code()).isEqualTo(2);
                }));
    }
}
