package io.kfac.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.family.Gaussian;
import io.kfac.family.Poisson;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.NewtonOptimizer;
import io.kfac.testing.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** On rows (noise, noise, indicator of every tenth row, ones). */
class SeparationTest {
    private static final int ROWS = 300;
    private static final int RARE = 2;

    private static double noise(int i, int j) {
        return Problems.normal(new SplittableRandom(100L * i + j));
    }

    private static DoubleMatrix features() {
        DoubleMatrix x = DoubleMatrix.zeros(ROWS, 4);
        for (int i = 0; i < ROWS; i++) {
            x.setRow(i, new double[] {noise(i, 0), noise(i, 1), i % 10 == 0 ? 1 : 0, 1});
        }
        return x;
    }

    private static Objective objective(ExponentialFamily family, int outputs, DoubleMatrix x, Targets targets) {
        Network network = new Network(
                List.of(new Layer(x.cols() - 1, outputs, Activation.IDENTITY, true)), family, Precision.DOUBLE);
        long[] ids = LongStream.range(0, x.rows()).toArray();
        return new InMemoryObjective(
                network, List.of(new MiniBatch(new DenseFeatures(x), targets, new double[0], ids)));
    }

    private static Targets classes(IntToDoubleFunction label) {
        return new Targets.Classes(
                IntStream.range(0, ROWS).map(i -> (int) label.applyAsDouble(i)).toArray());
    }

    /** Fits, and looks for separation in the last Newton step. */
    private static Optional<Separation> look(
            ExponentialFamily family, int outputs, DoubleMatrix x, Targets targets, double... shifts) {
        return look(objective(family, outputs, x, targets), x, shifts);
    }

    private static Optional<Separation> look(Objective objective, DoubleMatrix x, double... shifts) {
        NewtonOptimizer optimizer = new NewtonOptimizer(
                objective.network(),
                Parameters.zeros(objective.network(), Precision.DOUBLE),
                new Penalty(0),
                RowSelection.all(),
                1e-9,
                () -> 0L);
        for (int i = 0; i < 100 && optimizer.stalled().isEmpty(); i++) {
            optimizer.step(objective);
        }
        double[] ones = new double[ROWS];
        Arrays.fill(ones, 1);
        DoubleMatrix gram = DoubleMatrix.zeros(x.cols(), x.cols());
        new DenseFeatures(x).addGram(ones, gram);
        int[] order = IntStream.range(0, x.cols()).map(j -> x.cols() - 1 - j).toArray();
        return Separation.find(
                objective,
                optimizer.settled(),
                optimizer.localModel().orElseThrow().step(),
                new Separation.Columns(Collinearity.find(gram, order), shifts),
                RowSelection.all());
    }

    private static List<Integer> moved(Separation separation) {
        return IntStream.range(0, separation.direction().size())
                .filter(i -> separation.direction().toArray()[i] != 0)
                .boxed()
                .toList();
    }

    private static double noisy(int i) {
        return noise(i, 0) + noise(i, 7) > 0 ? 1 : 0;
    }

    @Test
    void overlappingClassesAreNotSeparated() {
        assertThat(look(new Bernoulli(), 1, features(), classes(SeparationTest::noisy)))
                .isEmpty();
    }

    @Test
    void aPlaneBetweenTheClassesIsCompleteSeparation() {
        DoubleMatrix x = features();
        Separation found = look(new Bernoulli(), 1, x, classes(i -> x.get(i, 0) - 2 * x.get(i, 1) > 0.1 ? 1 : 0))
                .orElseThrow();
        assertThat(found.complete()).isTrue();
        assertThat(found.descending()).isEqualTo(ROWS);
        assertThat(moved(found)).contains(0, 1);
    }

    @Test
    void rowsWithoutWeightHaveNoSay() {
        DoubleMatrix x = features();
        int[] labels = new int[ROWS];
        double[] weights = new double[ROWS];
        for (int i = 0; i < ROWS; i++) {
            labels[i] = x.get(i, 0) - 2 * x.get(i, 1) > 0.1 ? 1 : 0;
            weights[i] = 1;
        }
        labels[7] = 1 - labels[7];
        weights[7] = 0;
        Network network =
                new Network(List.of(new Layer(3, 1, Activation.IDENTITY, true)), new Bernoulli(), Precision.DOUBLE);
        MiniBatch rows = new MiniBatch(
                new DenseFeatures(x),
                new Targets.Classes(labels),
                weights,
                LongStream.range(0, ROWS).toArray());
        Separation found =
                look(new InMemoryObjective(network, List.of(rows)), x).orElseThrow();
        assertThat(found.complete()).isTrue();
        assertThat(found.descending()).isEqualTo(ROWS - 1);
    }

    @Test
    void severalClassesAreCompletelySeparatedWhereNoLossIsLeft() {
        DoubleMatrix x = features();
        assertThat(look(new Categorical(), 3, x, classes(i -> x.get(i, 0) > 0.5 ? 2 : x.get(i, 0) > -0.5 ? 1 : 0))
                        .orElseThrow()
                        .complete())
                .isTrue();
        // An indicator rules out one class in every row, and the other two overlap.
        for (int i = 0; i < ROWS; i++) {
            x.set(i, 1, 1 - x.get(i, RARE));
        }
        Separation partly = look(new Categorical(), 3, x, classes(i -> x.get(i, RARE) > 0 ? 2 * noisy(i) : noisy(i)))
                .orElseThrow();
        assertThat(partly.descending()).isEqualTo(ROWS);
        assertThat(partly.complete()).isFalse();
    }

    @Test
    void aFeatureOfOneClassAloneIsNamedAndNothingElse() {
        Separation found = look(new Bernoulli(), 1, features(), classes(i -> i % 10 == 0 ? 0 : noisy(i)))
                .orElseThrow();
        assertThat(found.complete()).isFalse();
        assertThat(found.descending()).isEqualTo(ROWS / 10);
        assertThat(moved(found)).containsExactly(RARE);
        assertThat(found.direction().layer(0).get(0, RARE)).isEqualTo(-1);
    }

    /** Centred columns, with which the intercept moves too. */
    @Test
    void shiftedColumnsHideNothing() {
        DoubleMatrix x = features();
        double[] shifts = {3, -2, 0.1};
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < shifts.length; j++) {
                x.set(i, j, x.get(i, j) - shifts[j]);
            }
        }
        Separation found = look(new Bernoulli(), 1, x, classes(i -> i % 10 == 0 ? 0 : noisy(i)), shifts)
                .orElseThrow();
        assertThat(moved(found)).containsExactly(RARE, RARE + 1);
        assertThat(found.direction().layer(0).get(0, RARE + 1))
                .isEqualTo(found.direction().layer(0).get(0, RARE) * shifts[RARE]);
    }

    @Test
    void aClassThatNeverMeetsAFeatureIsNamedWithIt() {
        Separation found = look(
                        new Categorical(),
                        3,
                        features(),
                        classes(i -> i % 10 == 0 ? 2 * noisy(i) : noise(i, 3) > 0 ? 1 : 2 * noisy(i)))
                .orElseThrow();
        assertThat(found.complete()).isFalse();
        assertThat(moved(found)).containsExactly(4 + RARE);
        assertThat(found.direction().layer(0).get(1, RARE)).isEqualTo(-1);
    }

    @Test
    void collinearIsNotSeparated() {
        DoubleMatrix x = features();
        for (int i = 0; i < ROWS; i++) {
            x.set(i, 1, 3 - x.get(i, 0) + x.get(i, RARE));
        }
        assertThat(look(new Bernoulli(), 1, x, classes(SeparationTest::noisy))).isEmpty();
        assertThat(look(new Categorical(), 3, x, classes(i -> noise(i, 3) > 0 ? 1 : 2 * noisy(i))))
                .isEmpty();
    }

    @Test
    void bothAreToldApart() {
        DoubleMatrix x = features();
        for (int i = 0; i < ROWS; i++) {
            x.set(i, 1, 1 - 2 * x.get(i, 0));
        }
        Separation found = look(new Bernoulli(), 1, x, classes(i -> i % 10 == 0 ? 1 : noisy(i)))
                .orElseThrow();
        assertThat(moved(found)).containsExactly(RARE);
        assertThat(found.direction().layer(0).get(0, RARE)).isEqualTo(1);
    }

    /** Of the textbook: x <= 3 is class 0, x >= 3 class 1, and at 3 are both (Albert and Anderson 1984). */
    @Test
    void rowsOnTheBorderStandStill() {
        DoubleMatrix x = features();
        for (int i = 0; i < ROWS; i++) {
            x.set(i, RARE, i % 5 + 1);
        }
        Separation found = look(new Bernoulli(), 1, x, classes(i -> i % 5 == 2 ? noisy(i) : i % 5 > 2 ? 1 : 0))
                .orElseThrow();
        assertThat(found.complete()).isFalse();
        assertThat(found.descending()).isEqualTo(ROWS * 4 / 5);
        assertThat(moved(found)).containsExactly(RARE, RARE + 1);
        assertThat(found.direction().layer(0).get(0, RARE + 1)
                        / found.direction().layer(0).get(0, RARE))
                .isCloseTo(-3, within(1e-9));
    }

    /** Beside an outlier of 1e9 all other rows of its feature are next to nothing, but they are on both sides. */
    @Test
    void outliersSeparateNothing() {
        DoubleMatrix x = features();
        for (int i = 0; i < ROWS; i++) {
            x.set(i, 1, i == 0 ? 10 : 1e-8 * x.get(i, 1));
        }
        assertThat(look(new Bernoulli(), 1, x, classes(i -> i == 0 ? 1 : noisy(i))))
                .isEmpty();
        Separation beside = look(new Bernoulli(), 1, x, classes(i -> i % 10 == 0 ? 0 : noisy(i)))
                .orElseThrow();
        assertThat(moved(beside)).containsExactly(RARE);
    }

    /** In float a sum is known to fewer digits, and a proof is one up to these. */
    @Test
    void floatsProveByTheirOwnRounding() {
        Network network =
                new Network(List.of(new Layer(3, 1, Activation.IDENTITY, true)), new Bernoulli(), Precision.FLOAT);
        double[][] directions = {{0, 0, 1, 0}, {1, 0, 0, -0.1}, {0, 1e-9, 0, 0}};
        boolean[] proofs = {true, false, false};
        Matrix x = Matrix.zeros(Precision.FLOAT, ROWS, 4);
        for (int i = 0; i < ROWS; i++) {
            x.setRow(i, new double[] {0.1, i == 0 ? 1e7 : noise(i, 0), i % 10 == 0 ? 1 : 0, 1});
        }
        Targets targets = classes(i -> i % 10 == 0 ? 1 : noisy(i));
        long[] ids = LongStream.range(0, ROWS).toArray();
        Objective objective = new InMemoryObjective(
                network, List.of(new MiniBatch(new DenseFeatures(x), targets, new double[0], ids)));
        for (int d = 0; d < directions.length; d++) {
            Evaluation answer = objective.evaluate(
                    "test",
                    new Query(
                            Parameters.zeros(network, Precision.DOUBLE),
                            RowSelection.all(),
                            Request.recession(Parameters.of(network, directions[d]))));
            assertThat(answer.violating() == 0 && answer.descending() > 0)
                    .as("direction %d", d)
                    .isEqualTo(proofs[d]);
            assertThat(answer.violating() > 0).isEqualTo(d == 2);
        }
    }

    @Test
    void countsOfZeroSeparate() {
        DoubleMatrix y = DoubleMatrix.zeros(ROWS, 1);
        for (int i = 0; i < ROWS; i++) {
            y.set(i, 0, i % 10 == 0 ? 0 : Math.floor(1 + Math.abs(noise(i, 5))));
        }
        Separation found = look(new Poisson().canonicalLink(), 1, features(), new Targets.Values(y))
                .orElseThrow();
        assertThat(found.complete()).isFalse();
        assertThat(moved(found)).containsExactly(RARE);
        for (int i = 0; i < ROWS; i += 10) {
            y.set(i, 0, i % 20 == 0 ? 1 : 0);
        }
        assertThat(look(new Poisson().canonicalLink(), 1, features(), new Targets.Values(y)))
                .isEmpty();
    }

    @Test
    void aLineHasAlwaysAnOptimum() {
        DoubleMatrix y = DoubleMatrix.zeros(ROWS, 1);
        for (int i = 0; i < ROWS; i++) {
            y.set(i, 0, noise(i, 0));
        }
        assertThat(look(new Gaussian(), 1, features(), new Targets.Values(y))).isEmpty();
    }
}
