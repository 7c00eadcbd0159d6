package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.family.Bernoulli;
import io.kfac.family.Binomial;
import io.kfac.family.Distribution;
import io.kfac.family.Gamma;
import io.kfac.family.IndependentOutputs;
import io.kfac.family.NegativeBinomial;
import io.kfac.family.Normal;
import io.kfac.family.Poisson;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
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
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What R's glm prints of small published data sets, by Newton's method (Fisher scoring) from the constant start. */
class GlmReferenceTest {
    /** Rows of features, the column of ones not among them. */
    private record Data(double[][] x, double[] y, double[] weights, double[] offsets) {
        Data(double[][] x, double[] y) {
            this(x, y, new double[0], new double[0]);
        }

        double weight(int row) {
            return weights.length == 0 ? 1 : weights[row];
        }

        double mean() {
            double sum = 0;
            double total = 0;
            for (int i = 0; i < y.length; i++) {
                sum += weight(i) * y[i];
                total += weight(i);
            }
            return sum / total;
        }

        MiniBatch batch(boolean intercept) {
            int columns = x[0].length + (intercept ? 1 : 0);
            DoubleMatrix features = DoubleMatrix.zeros(y.length, columns);
            DoubleMatrix targets = DoubleMatrix.zeros(y.length, 1);
            for (int i = 0; i < y.length; i++) {
                double[] row = Arrays.copyOf(x[i], columns);
                if (intercept) {
                    row[columns - 1] = 1;
                }
                features.setRow(i, row);
                targets.set(i, 0, y[i]);
            }
            return new MiniBatch(
                    new DenseFeatures(features),
                    new Targets.Values(targets),
                    weights,
                    LongStream.range(0, y.length).toArray(),
                    offsets);
        }
    }

    /** Coefficients, the intercept last, and what R's summary says of them. */
    private record Fit(double[] coefficients, double deviance, double pearson, double logLikelihood, double aic) {}

    private static Fit fit(IndependentOutputs head, Data data, boolean intercept) {
        Network network = new Network(
                List.of(new Layer(data.x()[0].length, 1, Activation.IDENTITY, intercept)), head, Precision.DOUBLE);
        MiniBatch batch = data.batch(intercept);
        Objective objective = new InMemoryObjective(network, List.of(batch));
        NewtonOptimizer optimizer = new NewtonOptimizer(
                network,
                network.initialParameters(0, head.start(data.mean())),
                new Penalty(0),
                RowSelection.all(),
                1e-15,
                () -> 0L);
        for (int i = 0; i < 60 && optimizer.stalled().isEmpty(); i++) {
            optimizer.step(objective);
        }
        return summary(network, objective, optimizer.settled(), data, batch);
    }

    private static Fit summary(Network network, Objective objective, Parameters at, Data data, MiniBatch batch) {
        IndependentOutputs head = (IndependentOutputs) network.family();
        int n = data.y().length;
        DoubleMatrix mean = DoubleMatrix.zeros(n, 1);
        batch.features().timesTransposed(at.layer(0), mean);
        double[] weights = new double[n];
        double weight = 0;
        for (int i = 0; i < n; i++) {
            mean.set(i, 0, mean.get(i, 0) + batch.offset(i));
            weights[i] = data.weight(i);
            weight += weights[i];
        }
        head.mean(mean, mean);
        DoubleMatrix y = DoubleMatrix.of(n, 1, data.y().clone());
        double deviance = head.deviance(mean, y, weights);
        Evaluation evaluation = objective.evaluate("test", new Query(at, RowSelection.all(), Request.lossAndErrors()));
        assertThat(evaluation.deviance()).isCloseTo(deviance, within(1e-12 * deviance));
        Distribution distribution = head.distribution();
        double logLikelihood =
                head.logLikelihood(mean, y, weights, distribution.likelihoodDispersion(deviance, n, weight));
        int parameters = at.size() + (head.hasDispersion() ? 1 : 0);
        return new Fit(
                at.toArray(),
                deviance,
                head.pearson(mean, y, weights),
                logLikelihood,
                -2 * logLikelihood + 2 * parameters);
    }

    private static void assertClose(double[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSize(expected.length);
        for (int j = 0; j < expected.length; j++) {
            assertThat(actual[j]).isCloseTo(expected[j], within(tolerance));
        }
    }

    /** A constant fit: what null deviances are those of. */
    private static double nullDeviance(IndependentOutputs head, Data data) {
        int n = data.y().length;
        DoubleMatrix mean = DoubleMatrix.zeros(n, 1);
        mean.fill(data.mean());
        double[] weights = new double[n];
        Arrays.setAll(weights, data::weight);
        return head.deviance(mean, DoubleMatrix.of(n, 1, data.y().clone()), weights);
    }

    private static final double[][] FOUR = {{0, 5}, {1, 2}, {2, 1}, {3, 3}};
    private static final double[] COUNTED = {1, 2, 3, 4};

    @Test
    void weightedBinomial() {
        Data data = new Data(FOUR, new double[] {1, 0, 1, 0}, COUNTED, new double[0]);
        assertClose(fit(new Bernoulli(), data, false).coefficients(), new double[] {-0.30216651, -0.04452045}, 5e-9);
        Fit fit = fit(new Bernoulli(), data, true);
        assertClose(fit.coefficients(), new double[] {-1.2334085, -0.7348971, 3.5651651}, 1e-7);
        assertThat(fit.logLikelihood()).isCloseTo(-5.12930416, within(5e-9));
    }

    @Test
    void weightedPoisson() {
        Data data = new Data(
                new double[][] {{0, 5}, {1, 7}, {2, 11}, {3, 13}}, new double[] {2, 8, 3, 9}, COUNTED, new double[0]);
        IndependentOutputs poisson = new Poisson().logLink();
        assertClose(fit(poisson, data, false).coefficients(), new double[] {-0.09607792, 0.18375613}, 5e-9);
        assertClose(fit(poisson, data, true).coefficients(), new double[] {3.324107, -1.081766, 6.299947}, 5e-7);
    }

    private static Data dobson() {
        double[][] x = new double[9][4];
        for (int i = 0; i < 9; i++) {
            x[i][0] = i % 3 == 1 ? 1 : 0;
            x[i][1] = i % 3 == 2 ? 1 : 0;
            x[i][2] = i / 3 == 1 ? 1 : 0;
            x[i][3] = i / 3 == 2 ? 1 : 0;
        }
        return new Data(x, new double[] {18, 17, 15, 20, 10, 20, 25, 13, 12});
    }

    @Test
    void dobsonsTrial() {
        IndependentOutputs poisson = new Poisson().logLink();
        Fit fit = fit(poisson, dobson(), true);
        assertClose(fit.coefficients(), new double[] {-0.4542553, -0.2929871, 0, 0, 3.0445224}, 5e-8);
        assertThat(fit.deviance()).isCloseTo(5.1291, within(5e-5));
        assertThat(nullDeviance(poisson, dobson())).isCloseTo(10.5814, within(1e-4));
        assertThat(fit.aic()).isCloseTo(56.76, within(5e-3));
        assertThat(fit.pearson() / 4).isCloseTo(1.2933, within(5e-5));
    }

    @Test
    void challengersRings() {
        double[] temperature = {
            66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58
        };
        double[] failed = {0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1};
        double[][] x =
                Arrays.stream(temperature).mapToObj(t -> new double[] {t}).toArray(double[][]::new);
        Fit fit = fit(new Bernoulli(), new Data(x, failed), true);
        assertClose(fit.coefficients(), new double[] {-0.23216, 15.04290}, 1e-5);
        assertThat(fit.logLikelihood()).isCloseTo(-10.1575963, within(5e-8));
        assertThat(fit.deviance()).isCloseTo(20.3152, within(5e-5));
    }

    /** Blood clotting times (McCullagh and Nelder 1989, sec. 8.4.2), as in R's help page of glm; its link is -z. */
    @Test
    void clottingTimesByTheCanonicalGamma() {
        double[] u = {5, 10, 15, 20, 30, 40, 60, 80, 100};
        double[][] x =
                Arrays.stream(u).mapToObj(v -> new double[] {Math.log(v)}).toArray(double[][]::new);
        Data data = new Data(x, new double[] {118, 58, 42, 35, 27, 25, 21, 19, 18});
        IndependentOutputs gamma = new Gamma().canonicalLink();
        Fit fit = fit(gamma, data, true);
        assertClose(fit.coefficients(), new double[] {-0.01534312, 0.01655438}, 1e-7);
        assertThat(fit.deviance()).isCloseTo(0.01673, within(5e-6));
        assertThat(nullDeviance(gamma, data)).isCloseTo(3.51283, within(5e-6));
        // R stops a little before the optimum, where it is 0.002446036.
        assertThat(fit.pearson() / 7).isCloseTo(0.002446059, within(3e-8));
        assertThat(fit.aic()).isCloseTo(37.99, within(5e-3));
    }

    /** R: lm(lot1 ~ log(u)) has the normal likelihood of its residual variance. */
    @Test
    void gaussianAicIsThatOfTheLeastSquaresFit() {
        double[][] x = {{1}, {2}, {3}, {4}};
        Fit fit = fit(new Normal().canonicalLink(), new Data(x, new double[] {1, 3, 2, 5}), true);
        // Slope 1.1, intercept 0, residuals -.1, .8, -1.3, .6: sum of squares 2.7.
        assertThat(fit.deviance()).isCloseTo(2.7, within(1e-12));
        assertThat(fit.aic()).isCloseTo(4 * (Math.log(2 * Math.PI * 2.7 / 4) + 1) + 2 * 3, within(1e-11));
    }

    @Test
    void sharesOfTrialsAreTheTrials() {
        Data shares = new Data(
                new double[][] {{1}, {2}, {4}}, new double[] {0.25, 0.5, 0.8}, new double[] {4, 2, 5}, new double[0]);
        double[][] x = {{1}, {1}, {1}, {1}, {2}, {2}, {4}, {4}, {4}, {4}, {4}};
        Data trials = new Data(x, new double[] {1, 0, 0, 0, 1, 0, 1, 1, 1, 1, 0});
        for (IndependentOutputs head : List.of(new Bernoulli(), new Binomial().logLink())) {
            Fit one = fit(head, shares, true);
            Fit other = fit(head, trials, true);
            assertClose(one.coefficients(), other.coefficients(), 1e-7);
            // 4 choose 1, 2 choose 1, 5 choose 4.
            assertThat(one.logLikelihood() - other.logLikelihood())
                    .isCloseTo(Math.log(4) + Math.log(2) + Math.log(5), within(1e-10));
        }
    }

    static Stream<IndependentOutputs> heads() {
        NegativeBinomial overdispersed = new NegativeBinomial(2.5);
        return Stream.of(
                new Normal().logLink(),
                new Binomial().logLink(),
                new Poisson().logLink(),
                new Gamma().canonicalLink(),
                new Gamma().logLink(),
                overdispersed.canonicalLink(),
                overdispersed.logLink());
    }

    private static Data wave(IndependentOutputs head, int copies) {
        int n = 60 * copies;
        double[][] x = new double[n][];
        double[] y = new double[n];
        double[] offsets = new double[n];
        for (int i = 0; i < n; i++) {
            int number = i / copies + 1;
            x[i] = new double[] {Math.sin(number), Math.cos(2.0 * number)};
            double lean = 7 * number % 5;
            y[i] = head.distribution() instanceof Binomial ? lean / 10 : lean + (head.hasDispersion() ? 1 : 0);
            offsets[i] = -0.01 * (number % 3);
        }
        return new Data(x, y, new double[0], offsets);
    }

    /** At the optimum the scores of the constant and of each feature vanish: the normal equations, from the definition. */
    @ParameterizedTest
    @MethodSource("heads")
    void optimaSolveTheNormalEquations(IndependentOutputs head) {
        Data data = wave(head, 1);
        double[] b = fit(head, data, true).coefficients();
        double[] scores = new double[3];
        for (int i = 0; i < data.y().length; i++) {
            double[] row = {data.x()[i][0], data.x()[i][1], 1};
            DoubleMatrix mean = DoubleMatrix.zeros(1, 1);
            mean.set(0, 0, b[0] * row[0] + b[1] * row[1] + b[2] + data.offsets()[i]);
            head.mean(mean, mean);
            DoubleMatrix residual = DoubleMatrix.zeros(1, 1);
            head.residuals(mean, DoubleMatrix.of(1, 1, new double[] {data.y()[i]}), residual);
            for (int j = 0; j < 3; j++) {
                scores[j] += residual.get(0, 0) * row[j];
            }
        }
        assertClose(scores, new double[3], 1e-5);
    }

    @ParameterizedTest
    @MethodSource("heads")
    void weightsAreCopies(IndependentOutputs head) {
        Data once = wave(head, 1);
        double[] threes = new double[60];
        Arrays.fill(threes, 3);
        Fit weighted = fit(head, new Data(once.x(), once.y(), threes, once.offsets()), true);
        Fit copied = fit(head, wave(head, 3), true);
        assertClose(weighted.coefficients(), copied.coefficients(), 1e-7);
        assertThat(weighted.deviance()).isCloseTo(copied.deviance(), within(1e-9 * copied.deviance()));
    }
}
