package io.kfac.spark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.spark.engine.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers that can be worked out by hand. */
class ComparisonTest {
    private static final Target TENTH = new Target(Quantity.LOSS, 0.1);
    private static final Target NEVER = new Target(Quantity.LOSS, 1e-9);

    @TempDir
    Path scratch;

    /** K-FAC is at 0.1 after 1, 2 and 4 s; Adam after 6 and 10 s, and with one seed never. */
    private List<RunFiles> three() throws IOException {
        List<RunFiles> runs = new ArrayList<>();
        double[] fast = {1, 2, 4};
        double[] slow = {6, 10, Double.NaN};
        for (int seed = 1; seed <= 3; seed++) {
            double t = fast[seed - 1];
            runs.add(Logs.run(scratch, "K-FAC", false, seed)
                    .look(1, t / 2, 1, 10, 4_000, 0.5, 0.9)
                    .look(2, t, 2, 20 + seed, 8_000, 0.1, 0.95)
                    .look(3, 2 * t, 4, 40, 16_000, 0.05, 0.96)
                    .end("finished", "budget"));
        }
        for (int seed = 1; seed <= 3; seed++) {
            double t = slow[seed - 1];
            Logs run = Logs.run(scratch, "Adam", true, seed).look(1, 1, 0.5, 50, 1_000, 0.9, 0.7);
            if (!Double.isNaN(t)) {
                run.look(2, t, 1.5, 100 * seed, 3_000, 0.09, 0.97);
            }
            runs.add(run.end("finished", "budget"));
        }
        return runs;
    }

    private Comparison comparison(List<RunFiles> files, Target... targets) {
        return Comparison.of(files.stream().map(RunReader::read).toList(), List.of(targets));
    }

    @Test
    void mediansAreOverSeedsAndNeverCountsAsInfinity() throws IOException {
        Comparison comparison = comparison(three(), TENTH);
        Group kfac = comparison.groups().get(0);
        Group adam = comparison.groups().get(1);
        assertThat(kfac.toReach(TENTH, Across.SECONDS)).isEqualTo(new Spread(2, 1, 4, 3, 3));
        assertThat(kfac.toReach(TENTH, Across.JOBS)).isEqualTo(new Spread(22, 21, 23, 3, 3));
        assertThat(kfac.toReach(TENTH, Across.EPOCHS)).isEqualTo(new Spread(2, 2, 2, 3, 3));
        assertThat(kfac.toReach(TENTH, Across.BYTES)).isEqualTo(new Spread(8_000, 8_000, 8_000, 3, 3));
        assertThat(adam.toReach(TENTH, Across.SECONDS)).isEqualTo(new Spread(10, 6, Double.POSITIVE_INFINITY, 2, 3));
        assertThat(comparison.ratio(kfac, TENTH, Across.SECONDS)).isCloseTo(5, within(1e-12));
        assertThat(comparison.ratio(adam, TENTH, Across.SECONDS)).isCloseTo(1, within(1e-12));
    }

    @Test
    void mostSeedsMustGetThere() {
        assertThat(Spread.of(List.of(1.0, Double.POSITIVE_INFINITY)).reached()).isFalse();
        assertThat(Spread.of(List.of(1.0, 3.0)).median()).isEqualTo(2);
        assertThat(Spread.of(List.of(4.0, 1.0, Double.POSITIVE_INFINITY)).median())
                .isEqualTo(4);
        assertThat(Spread.of(List.of(Double.NaN)).measured()).isFalse();
    }

    @Test
    void theSentenceIsTheTables() throws IOException {
        Comparison comparison = comparison(three(), NEVER, TENTH);
        assertThat(comparison.headline()).hasValue(TENTH);
        assertThat(new Verdict(comparison).sentence())
                .isEqualTo("K-FAC reached a training loss of 0.1 in 2 s: 5× as fast as the best baseline, Adam (10 s),"
                        + " and with 9.1× fewer Spark jobs (22 against 200).");
        ResultTable table = ResultTable.of(comparison, TENTH);
        assertThat(table.head())
                .containsExactly(
                        "optimizer",
                        "time",
                        "speed against the best baseline",
                        "epochs",
                        "Spark jobs",
                        "bytes sent",
                        "final training loss",
                        "final test loss",
                        "final test accuracy");
        ResultTable.Row kfac = table.rows().get(0);
        assertThat(kfac.best()).isTrue();
        assertThat(kfac.cells().get(0)).isEqualTo(new ResultTable.Cell("2 s", "1 s – 4 s", ""));
        assertThat(kfac.cells().get(1)).isEqualTo(new ResultTable.Cell("5×", "", "better"));
        ResultTable.Row adam = table.rows().get(1);
        assertThat(adam.cells().get(0)).isEqualTo(new ResultTable.Cell("10 s", "1 of 3 not reached", ""));
        assertThat(ResultTable.of(comparison, NEVER).rows().get(0).cells().get(0))
                .isEqualTo(new ResultTable.Cell("not reached", "", "muted"));
    }

    @Test
    void whereSecondOrderLosesIsSaid() throws IOException {
        assertThat(new Verdict(comparison(three(), TENTH)).losses())
                .containsExactly(
                        "To a training loss of 0.1 a baseline took fewer epochs (Adam 1.5, K-FAC 2), fewer bytes (Adam 2.93 KiB, K-FAC 7.81 KiB).",
                        "When its budget was spent, Adam had the better test accuracy: 97%, against 96% of K-FAC.");
    }

    @Test
    void aBaselineThatWinsIsTheSubject() throws IOException {
        RunFiles kfac = Logs.run(scratch, "K-FAC", false, 1)
                .look(1, 3, 1, 10, 1, 0.1, 0.9)
                .end("finished", "");
        RunFiles sgd =
                Logs.run(scratch, "SGD", true, 1).look(1, 1, 1, 30, 1, 0.1, 0.9).end("finished", "");
        assertThat(new Verdict(comparison(List.of(kfac, sgd), TENTH)).sentence())
                .isEqualTo("SGD reached a training loss of 0.1 in 1 s: 3× as fast as the best second-order optimizer,"
                        + " K-FAC (3 s), which took 3× fewer Spark jobs (10 against 30).");
    }

    /** Adam never got to 0.05, and its runs ended after 6, 10 and 1 s; K-FAC did in 4. */
    @Test
    void whatNoBaselineReachedIsAnAtLeast() throws IOException {
        Target hard = new Target(Quantity.LOSS, 0.05);
        Comparison comparison = comparison(three(), hard);
        assertThat(comparison.ratio(comparison.groups().get(0), hard, Across.SECONDS))
                .isNaN();
        assertThat(comparison.leastRatio(comparison.groups().get(0), hard)).isCloseTo(1.5, within(1e-12));
        assertThat(new Verdict(comparison).sentence())
                .isEqualTo("K-FAC reached a training loss of 0.05 in 4 s; no baseline did within 6 s.");
        ResultTable table = ResultTable.of(comparison, hard);
        assertThat(table.rows().get(0).cells().get(1)).isEqualTo(new ResultTable.Cell("over 1.5×", "", "better"));
        assertThat(table.rows().get(1).cells().get(2)).isEqualTo(new ResultTable.Cell("–", "", "muted"));
    }

    @Test
    void targetsAreChosenWhereNoneAreGiven() throws IOException {
        Comparison comparison = comparison(three());
        assertThat(comparison.targets())
                .extracting(Target::value)
                .as("medians of the lowest losses: 0.05 and 0.09")
                .containsExactly(0.09);
        assertThat(comparison.groups())
                .allMatch(group -> group.toReach(comparison.targets().get(0), Across.SECONDS)
                        .reached());
    }

    @Test
    void theBestOfAGridIsJudgedAndTheRestAreTrials() throws IOException {
        List<RunFiles> runs = new ArrayList<>();
        runs.add(Logs.run(scratch, "Adam", true, 1, "0.1,64").end("diverged", "not finite"));
        runs.add(Logs.run(scratch, "Adam", true, 1, "0.01,64")
                .look(1, 9, 1, 1, 1, 0.1, 0.9)
                .end("finished", ""));
        runs.add(Logs.run(scratch, "Adam", true, 1, "0.001,64")
                .look(1, 5, 1, 1, 1, 0.1, 0.9)
                .end("finished", ""));
        runs.add(Logs.run(scratch, "Adam", true, 1, "0.001,256")
                .look(1, 1, 1, 1, 1, 0.2, 0.9)
                .end("finished", ""));
        assertThat(Tuning.best(runs, List.of(TENTH)))
                .as("the sooner of those that got there")
                .hasValue(2);
        runs.add(Logs.run(scratch, "Adam", true, 2, "0.001,64")
                .look(1, 7, 1, 1, 1, 0.1, 0.9)
                .end("finished", ""));
        Group adam = comparison(runs, TENTH).groups().get(0);
        assertThat(adam.trials()).hasSize(4);
        assertThat(adam.runs()).extracting(run -> run.about().seed()).containsExactly(1L, 2L);
        assertThat(adam.toReach(TENTH, Across.SECONDS).median()).isEqualTo(6);
        assertThat(adam.tuningSeconds()).isEqualTo(15);
        assertThat(Tuning.best(runs.subList(0, 1), List.of(TENTH))).isEmpty();
    }

    @Test
    void aRunThatFailedIsARow() throws IOException {
        List<RunFiles> runs = three();
        runs.add(Logs.run(scratch, "SGD", true, 1).end("failed", "Cannot do this. Remedy: that"));
        Report report = Report.of("three", runs, List.of(TENTH));
        JsonNode json = Json.parse(Json.pretty(report.json()));
        JsonNode sgd = json.at("/targets/0/optimizers/2");
        assertThat(sgd.get("label").asText()).isEqualTo("SGD");
        assertThat(sgd.at("/seconds/median").isNull()).isTrue();
        assertThat(sgd.at("/seconds/reached").asInt()).isZero();
        assertThat(json.at("/targets/0/optimizers/0/speedAgainstBestBaseline").asDouble())
                .isEqualTo(5);
        assertThat(report.html()).contains("failed: Cannot do this. Remedy: that");
    }

    /** The table of the first screen: by optimizer, without a run. */
    @Test
    void theCsvHoldsTheResultTable() throws IOException {
        List<RunFiles> runs = new ArrayList<>();
        runs.add(Logs.run(scratch, "K-FAC", false, 1)
                .look(1, 2, 0.5, 8, 900, 0.1, 0.9)
                .end("finished", ""));
        runs.add(Logs.run(scratch, "K-FAC", false, 2)
                .look(1, 4, 0.7, 10, 500, 0.1, 0.9)
                .end("finished", ""));
        runs.add(Logs.run(scratch, "Adam", true, 1)
                .look(1, 6, 1, 40, 4_000, 0.1, 0.9)
                .end("finished", ""));
        runs.add(Logs.run(scratch, "Adam", true, 2)
                .look(1, 9, 1, 50, 4_000, 0.2, 0.9)
                .end("finished", ""));
        List<String> lines = Report.of("x", runs, List.of(TENTH))
                .files()
                .get("report.csv")
                .lines()
                .toList();
        assertThat(lines.subList(1, 12))
                .containsExactly(
                        ",K-FAC,,,3,0.6,9,700,median to loss=0.1,0.1",
                        ",K-FAC,,,2,0.5,8,500,least to loss=0.1,0.1",
                        ",K-FAC,,,4,0.7,10,900,most to loss=0.1,0.1",
                        ",K-FAC,,,,,,,seeds that reached loss=0.1,2",
                        ",K-FAC,,,,,,,seeds of loss=0.1,2",
                        ",Adam,,,,,,,median to loss=0.1,0.1",
                        ",Adam,,,6,1,40,4000,least to loss=0.1,0.1",
                        ",Adam,,,,,,,most to loss=0.1,0.1",
                        ",Adam,,,,,,,seeds that reached loss=0.1,1",
                        ",Adam,,,,,,,seeds of loss=0.1,2",
                        lines.get(11));
        assertThat(lines.get(11)).startsWith(runs.get(0).name());
    }

    @Test
    void theCsvHoldsEveryNumber() throws IOException {
        RunFiles run = Logs.run(scratch, "=cmd|' /C calc'!A0, \"x\"", false, 1)
                .step(1, 0.25, 2.5)
                .spectrum(1, "layer 1, A", 3, 1)
                .probe(5, 0.5)
                .end("finished", "");
        List<String> lines = Report.of("x", List.of(run), List.of())
                .files()
                .get("report.csv")
                .lines()
                .toList();
        assertThat(lines.get(0)).isEqualTo("run,label,seed,step,seconds,epochs,jobs,bytes,quantity,value");
        assertThat(lines)
                .anyMatch(line -> line.endsWith("\"'=cmd|' /C calc'!A0, \"\"x\"\"\",1,1,0.25,0.1,2,1000,loss,2.5"));
        assertThat(lines).anyMatch(line -> line.endsWith("seconds.forwardBackward,0.004"));
        assertThat(lines).anyMatch(line -> line.endsWith("\"eigenvalue 2 of layer 1, A\",1"));
        assertThat(lines).anyMatch(line -> line.endsWith(",cosine with the exact step,0.5"));
    }
}
