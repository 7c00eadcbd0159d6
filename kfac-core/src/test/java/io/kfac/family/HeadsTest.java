package io.kfac.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.FloatMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.testing.Problems;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each head of one output against its own likelihood, summed or integrated over targets: nothing here knows its formulas. */
class HeadsTest {
    private static final double[] ONE = {1};

    static Stream<IndependentOutputs> heads() {
        return Problems.FAMILIES.stream()
                .filter(IndependentOutputs.class::isInstance)
                .map(IndependentOutputs.class::cast);
    }

    private static double[] outputs(IndependentOutputs head) {
        return DoubleStream.of(-4, -1.3, -0.4, -0.02, 0.3, 1.1, 2.2)
                .filter(head::admits)
                .toArray();
    }

    private static DoubleMatrix cell(double x) {
        return DoubleMatrix.of(1, 1, new double[] {x});
    }

    private static double loss(ExponentialFamily head, double z, double y) {
        double[] loss = new double[1];
        head.losses(cell(z), cell(y), loss);
        return loss[0];
    }

    private static double mean(ExponentialFamily head, double z) {
        DoubleMatrix mean = cell(z);
        head.mean(mean, mean);
        return mean.get(0, 0);
    }

    private static double residual(ExponentialFamily head, double z, double y) {
        DoubleMatrix out = cell(y);
        head.residuals(cell(mean(head, z)), out, out);
        return out.get(0, 0);
    }

    private static double information(ExponentialFamily head, double z) {
        DoubleMatrix out = cell(1);
        head.fisherProduct(cell(mean(head, z)), out, out);
        return out.get(0, 0);
    }

    static Stream<ExponentialFamily> families() {
        return Problems.FAMILIES.stream();
    }

    @ParameterizedTest
    @MethodSource("families")
    void theDiagonalIsWhatUnitVectorsMeet(ExponentialFamily family) {
        DoubleMatrix mean = DoubleMatrix.of(2, 3, new double[] {0.2, 0.5, 0.3, 0.7, 0.1, 0.2});
        DoubleMatrix diagonal = DoubleMatrix.zeros(2, 3);
        family.fisherDiagonal(mean, diagonal);
        for (int j = 0; j < 3; j++) {
            DoubleMatrix unit = DoubleMatrix.zeros(2, 3);
            unit.colRange(j, j + 1).fill(1);
            family.fisherProduct(mean, unit, unit);
            for (int i = 0; i < 2; i++) {
                assertThat(diagonal.get(i, j)).isPositive().isCloseTo(unit.get(i, j), within(1e-15));
            }
        }
    }

    private static double logLikelihood(ExponentialFamily head, double mean, double y) {
        return head.logLikelihood(cell(mean), cell(y), ONE, 1);
    }

    /** E f(y) at dispersion 1, by summation over counts, or the trapezoidal rule after y = exp(t) for positive numbers. */
    private static double expectation(IndependentOutputs head, double mean, DoubleUnaryOperator f) {
        DoubleUnaryOperator term = y -> Math.exp(logLikelihood(head, mean, y)) * f.applyAsDouble(y);
        double sum = 0;
        switch (head.distribution().domain()) {
            case UNIT -> sum = term.applyAsDouble(0) + term.applyAsDouble(1);
            case NOT_NEGATIVE -> {
                for (int y = 0; y < 4_000; y++) {
                    sum += term.applyAsDouble(y);
                }
            }
            case REAL -> {
                for (double t = -12; t <= 12; t += 0.01) {
                    sum += 0.01 * term.applyAsDouble(mean + t);
                }
            }
            case POSITIVE -> {
                for (double t = -40; t <= 5; t += 0.01) {
                    double y = mean * Math.exp(t);
                    sum += 0.01 * y * term.applyAsDouble(y);
                }
            }
        }
        return sum;
    }

    private static void close(double actual, double expected, double tolerance) {
        assertThat(actual).isCloseTo(expected, within(tolerance * (1 + Math.abs(expected))));
    }

    @ParameterizedTest
    @MethodSource("heads")
    void likelihoodsSumToOneAndHaveTheMean(IndependentOutputs head) {
        for (double z : outputs(head)) {
            double mu = mean(head, z);
            close(expectation(head, mu, y -> 1), 1, 1e-11);
            close(expectation(head, mu, y -> y), mu, 1e-11);
            close(head.link(mu), z, 1e-12);
        }
    }

    @ParameterizedTest
    @MethodSource("heads")
    void scoresHaveMeanZeroAndTheFisherInformationAsVariance(IndependentOutputs head) {
        for (double z : outputs(head)) {
            double mu = mean(head, z);
            double scale = Math.sqrt(information(head, z));
            close(expectation(head, mu, y -> residual(head, z, y)) / scale, 0, 1e-10);
            double square = expectation(head, mu, y -> Math.pow(residual(head, z, y), 2));
            close(square / information(head, z), 1, 1e-9);
            DoubleMatrix factor = cell(0);
            head.fisherFactor(cell(mu), 0, factor);
            close(Math.pow(factor.get(0, 0), 2), information(head, z), 1e-14);
        }
    }

    @ParameterizedTest
    @MethodSource("heads")
    void residualsAreTheSlopesOfLosses(IndependentOutputs head) {
        for (double z : outputs(head)) {
            for (double y : targets(head)) {
                double h = 1e-6 * Math.min(1, Math.abs(z));
                double slope = (loss(head, z + h, y) - loss(head, z - h, y)) / (2 * h);
                close(slope, residual(head, z, y), 1e-6);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("heads")
    void onlyCanonicalLinksHaveAHessianThatDoesNotDependOnTargets(IndependentOutputs head) {
        double z = -0.4;
        double h = 1e-5;
        double different = 0;
        for (double y : targets(head)) {
            double hessian = (residual(head, z + h, y) - residual(head, z - h, y)) / (2 * h);
            different = Math.max(different, Math.abs(hessian - information(head, z)));
        }
        assertThat(different < 1e-6 * (1 + information(head, z))).isEqualTo(head.isCanonical());
    }

    private static double[] targets(IndependentOutputs head) {
        return switch (head.distribution().domain()) {
            case REAL -> new double[] {-1.5, 0, 0.7, 30};
            case NOT_NEGATIVE -> new double[] {0, 0.25, 1, 2, 17};
            case POSITIVE -> new double[] {1e-3, 0.8, 12};
            case UNIT -> new double[] {0, 0.25, 0.9, 1};
        };
    }

    @ParameterizedTest
    @MethodSource("heads")
    void deviancesAreTwiceWhatASaturatedLikelihoodHasMore(IndependentOutputs head) {
        for (double z : outputs(head)) {
            double mu = mean(head, z);
            for (double y : targets(head)) {
                double saturated = logLikelihood(head, y, y);
                double deviance = head.deviance(cell(mu), cell(y), ONE);
                close(deviance, 2 * (saturated - logLikelihood(head, mu, y)), 1e-12);
                if (!(head instanceof Bernoulli) || y == 0 || y == 1) {
                    close(deviance, 2 * loss(head, z, y), 1e-12);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("heads")
    void divergencesAreExpectedLogLikelihoodRatios(IndependentOutputs head) {
        double[] all = outputs(head);
        for (int i = 1; i < all.length; i++) {
            double from = mean(head, all[i - 1]);
            double to = mean(head, all[i]);
            double[] kl = new double[1];
            head.divergences(cell(from), cell(all[i] - all[i - 1]), kl);
            double expected = expectation(head, from, y -> logLikelihood(head, from, y) - logLikelihood(head, to, y));
            close(kl[0], expected, 1e-10);
        }
    }

    @ParameterizedTest
    @MethodSource("heads")
    void divergencesKeepTheirDigitsWhereDistributionsAgree(IndependentOutputs head) {
        double z = -0.7;
        double[] kl = new double[1];
        head.divergences(cell(mean(head, z)), cell(1e-9), kl);
        assertThat(kl[0] / (information(head, z) * 1e-18 / 2)).isCloseTo(1, within(1e-6));
    }

    /** Far beyond where exponentials overflow: of halves, log((1 + e^x) / 2) - x / 2; a class that is out of the question has no say. */
    @Test
    void classesMayBeAnyDistanceApart() {
        double[] kl = new double[3];
        new Categorical()
                .divergences(
                        DoubleMatrix.of(3, 3, new double[] {0.5, 0.5, 0, 0.5, 0.5, 0, 1, 0, 0}),
                        DoubleMatrix.of(3, 3, new double[] {2e4, 0, 0, 10, 0, 3e4, 0, 1e4, 0}),
                        kl);
        close(kl[0], 1e4 - Math.log(2), 1e-12);
        close(kl[1], Math.log((1 + Math.exp(10)) / 2) - 5, 1e-12);
        assertThat(kl[2]).isZero();
    }

    @ParameterizedTest
    @MethodSource("heads")
    void nothingIsNaNFarOut(IndependentOutputs head) {
        for (double z : new double[] {-1e6, -800, -1e-20, 0, 1e-20, 40, 800, 1e6}) {
            for (double y : targets(head)) {
                double loss = loss(head, z, y);
                assertThat(loss).as("loss of %s at %s", y, z).isGreaterThanOrEqualTo(0);
                // At the very edge a target that is there too is met exactly.
                assertThat(Double.isInfinite(loss) || head.admits(z) || z == 0).isTrue();
                assertThat(residual(head, z, y))
                        .as("residual of %s at %s", y, z)
                        .isNotNaN();
                assertThat(information(head, z)).isBetween(0.0, Double.MAX_VALUE);
                assertThat(mean(head, z)).isBetween(-Double.MAX_VALUE, Double.MAX_VALUE);
            }
        }
        assertThat(head.admits(Double.NaN)).isFalse();
        assertThat(Double.isFinite(loss(head, Double.NaN, targets(head)[1]))).isFalse();
    }

    @ParameterizedTest
    @MethodSource("heads")
    void floatsAreNearDoublesAndNotNaNFarOut(IndependentOutputs head) {
        for (double z : new double[] {-200, -90, -1.3, -0.4, -1e-7, 0.3, 90, 200}) {
            FloatMatrix mean = FloatMatrix.zeros(1, 1);
            mean.set(0, 0, z);
            Matrix same = mean.copy();
            head.mean(mean, mean);
            for (double y : targets(head)) {
                FloatMatrix residual = FloatMatrix.zeros(1, 1);
                residual.set(0, 0, y);
                head.residuals(mean, residual, residual);
                assertThat(residual.get(0, 0)).as("residual of %s at %s", y, z).isNotNaN();
                if (Math.abs(z) < 2 && Math.abs(z) > 0.1 && head.admits(z)) {
                    close(residual.get(0, 0), residual(head, z, y), 1e-5);
                    FloatMatrix target = FloatMatrix.zeros(1, 1);
                    target.set(0, 0, y);
                    double[] loss = new double[1];
                    head.losses(same, target, loss);
                    close(loss[0], loss(head, z, y), 1e-5);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("heads")
    void drawsHaveTheirMomentsWhoeverAsks(IndependentOutputs head) {
        int n = 100_000;
        long[] ids = new long[n];
        for (int i = 0; i < n; i++) {
            ids[i] = i;
        }
        for (double z : outputs(head)) {
            double mu = mean(head, z);
            DoubleMatrix drawn = DoubleMatrix.zeros(n, 1);
            drawn.fill(mu);
            head.sample(drawn, 5, ids, drawn);
            double variance = head.distribution().variance().at(mu);
            double fourth = expectation(head, mu, y -> Math.pow(y - mu, 4));
            double sum = 0;
            double squares = 0;
            for (double y : drawn.data()) {
                sum += y - mu;
                squares += (y - mu) * (y - mu);
                assertThat(head.distribution().domain().contains(y)).isTrue();
            }
            // Five standard errors.
            assertThat(sum / n).isCloseTo(0, within(5 * Math.sqrt(variance / n)));
            assertThat(squares / n)
                    .isCloseTo(variance, within(5 * Math.sqrt((fourth - variance * variance) / n) + 1e-12));
            DoubleMatrix again = cell(mu);
            head.sample(again, 5, new long[] {77}, again);
            assertThat(again.get(0, 0)).isEqualTo(drawn.get(77, 0));
        }
    }

    /** The rejection methods, on both sides of where they begin. */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 9.99, 10, 37, 400})
    void poissonDrawsHaveTheirProbabilities(double mean) {
        int n = 200_000;
        int[] counts = new int[1_000];
        for (int i = 0; i < n; i++) {
            counts[(int) Draws.poisson(mean, CounterRandom.key(3, i))]++;
        }
        double chiSquare = 0;
        double rest = 1;
        int left = n;
        int cells = 0;
        for (int y = 0; y < counts.length; y++) {
            double p = Math.exp(new Poisson().logLikelihood(y, mean, 1, 1));
            if (n * p >= 20) {
                chiSquare += Math.pow(counts[y] - n * p, 2) / (n * p);
                rest -= p;
                left -= counts[y];
                cells++;
            }
        }
        chiSquare += Math.pow(left - n * rest, 2) / (n * rest);
        assertThat(chiSquare).isLessThan(cells + 5 * Math.sqrt(2.0 * cells));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 1, 7.5})
    void gammaDrawsHaveTheirMoments(double shape) {
        int n = 200_000;
        double[] moments = new double[3];
        for (int i = 0; i < n; i++) {
            double x = Draws.gamma(shape, CounterRandom.key(4, i));
            for (int m = 0; m < 3; m++) {
                moments[m] += Math.pow(x, m + 1) / n;
            }
        }
        double expected = 1;
        for (int m = 0; m < 3; m++) {
            expected *= shape + m;
            double square = Math.exp(Scalars.logGamma(shape + 2 * m + 2) - Scalars.logGamma(shape));
            assertThat(moments[m]).isCloseTo(expected, within(5 * Math.sqrt((square - expected * expected) / n)));
        }
    }

    @ParameterizedTest
    @MethodSource("heads")
    void recessionIsWhatLossesDo(IndependentOutputs head) {
        for (double y : targets(head)) {
            for (double z : outputs(head)) {
                for (double slope : new double[] {-0.7, 0, 0.7}) {
                    Recession[] found = new Recession[1];
                    head.recession(cell(slope), cell(1e-9), cell(y), found);
                    boolean rises = false;
                    double first = loss(head, z, y);
                    double before = first;
                    for (double s = 0.01; s < 1e5; s *= 1.1) {
                        double now = loss(head, z + s * slope, y);
                        rises |= now > before * (1 + 1e-13) + 1e-300;
                        before = now;
                    }
                    Recession expected =
                            rises ? Recession.VIOLATES : before < first ? Recession.DESCENDS : Recession.FLAT;
                    assertThat(found[0])
                            .as("target %s from %s by %s", y, z, slope)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void recessionOfClassesLooksAtDifferences() {
        double[][] cases = {
            {1, 0, 0, 2, 2, 2},
            {1, 0, 0, 3, 2, 2},
            {0, 1, 0, 3, 2, 2},
            {0, 1, 0, 3, 3, 2},
            {.5, .5, 0, 3, 3, 2},
            {.5, .5, 0, 3, 2, 2},
            {1, 0, 0, 0, Double.NaN, 0}
        };
        Recession[] expected = {
            Recession.FLAT,
            Recession.DESCENDS,
            Recession.VIOLATES,
            Recession.DESCENDS,
            Recession.DESCENDS,
            Recession.VIOLATES,
            Recession.VIOLATES
        };
        DoubleMatrix rounding = DoubleMatrix.of(1, 3, new double[] {1e-9, 1e-9, 1e-9});
        for (int i = 0; i < cases.length; i++) {
            DoubleMatrix row = DoubleMatrix.of(1, 6, cases[i]);
            Recession[] found = new Recession[1];
            new Categorical().recession(row.colRange(3, 6), rounding, row.colRange(0, 3), found);
            assertThat(found[0]).as("case %d", i).isEqualTo(expected[i]);
        }
    }

    @Test
    void classesHaveDeviancesToo() {
        DoubleMatrix mean = DoubleMatrix.of(2, 3, new double[] {.2, .3, .5, .25, .25, .5});
        DoubleMatrix targets = DoubleMatrix.of(2, 3, new double[] {0, 0, 1, .5, .5, 0});
        double[] weights = {3, 2};
        double half = 3 * -Math.log(.5) + 2 * Math.log(2);
        close(new Categorical().deviance(mean, targets, weights), 2 * half, 1e-15);
        double pearson = 3 * (.04 / .2 + .09 / .3 + .25 / .5) + 2 * (.0625 / .25 * 2 + .25 / .5);
        close(new Categorical().pearson(mean, targets, weights), pearson, 1e-15);
    }

    @ParameterizedTest
    @MethodSource("heads")
    void namesReadBack(IndependentOutputs head) {
        assertThat(ExponentialFamily.named(head.name())).isEqualTo(head);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1 + 0.2, 1.0 / 3, Double.MIN_VALUE, 1e300, 5})
    void rReadsBackToTheLastBit(double r) {
        for (IndependentOutputs head :
                List.of(new NegativeBinomial(r).logLink(), new NegativeBinomial(r).canonicalLink())) {
            assertThat(ExponentialFamily.named(head.name())).isEqualTo(head);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "poison",
                "binomial",
                "poisson-log",
                "negative-binomial",
                "negative-binomial()",
                "negative-binomial(1",
                "negative-binomial(one)"
            })
    void otherNamesAreRefused(String name) {
        assertThatThrownBy(() -> ExponentialFamily.named(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'%s'".formatted(name))
                .hasMessageContaining("gamma-log")
                .hasMessageContaining("negative-binomial(r)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"negative-binomial(0)", "negative-binomial-log(-1)", "negative-binomial(NaN)"})
    void rIsPositive(String name) {
        assertThatThrownBy(() -> ExponentialFamily.named(name)).hasMessageContaining("it must be finite and positive");
    }

    @Test
    void aLargeRIsNearlyPoisson() {
        IndependentOutputs nearly = new NegativeBinomial(1e8).logLink();
        for (double y : new double[] {0, 1, 17}) {
            close(loss(nearly, 1.1, y), loss(new Poisson().logLink(), 1.1, y), 1e-5);
        }
    }

    @Test
    void startsAreInsideTheDomain() {
        close(new Poisson().logLink().start(3), Math.log(3), 1e-15);
        assertThat(new Poisson().logLink().start(0)).isBetween(-10.0, 0.0);
        close(new Gamma().canonicalLink().start(4), -0.25, 1e-15);
        close(new NegativeBinomial(2).canonicalLink().start(4), Math.log(4.0 / 6), 1e-15);
        for (double mean : new double[] {0, 1}) {
            assertThat(new Binomial().canonicalLink().start(mean)).isBetween(-5.0, 5.0);
            assertThat(new Binomial().logLink().start(mean)).isBetween(-5.0, -0.01);
        }
        assertThatThrownBy(() -> new Normal().logLink().start(-2))
                .hasMessageContaining("gaussian-log")
                .hasMessageContaining("-2.0")
                .hasMessageContaining("canonical");
    }

    @Test
    void logGammaIsTheLogOfFactorials() {
        double factorial = 1;
        for (int n = 1; n <= 170; n++) {
            factorial *= Math.max(1, n - 1);
            close(Scalars.logGamma(n), Math.log(factorial), 2e-15);
        }
        close(Scalars.logGamma(0.5), Math.log(Math.PI) / 2, 1e-15);
        close(Scalars.logGamma(1e-10), 23.025850929882736, 1e-15);
        close(Scalars.logGamma(3.7), 1.428072326665388, 1e-15);
        close(Scalars.logGamma(1e8), 1742068066.1038346, 1e-15);
        assertThat(Scalars.logGamma(1e-300)).isCloseTo(300 * Math.log(10), within(1e-10));
    }

    @Test
    void scalarsKeepTheirDigits() {
        for (double x : new double[] {1e-12, -1e-5, 0.02, -0.0999, 0.1001, -0.5}) {
            // The alternating series in doubles is good to rounding for such x.
            double series = 0;
            for (int n = 200; n >= 2; n--) {
                series += (n % 2 == 0 ? 1 : -1) * Math.pow(x, n) / n;
            }
            assertThat(Scalars.xMinusLog1p(x) / series).isCloseTo(1, within(1e-13));
        }
        assertThat(Scalars.xMinusLog1p(-1)).isEqualTo(Double.POSITIVE_INFINITY);
        for (double p : new double[] {1e-3, 0.4, 0.999}) {
            // Both forms of the gap in log-odds, and that in log-probabilities, of the same two distributions.
            for (double x : new double[] {-30, -1.0001, -0.9999, 1e-3, 0.9999, 1.0001, 30}) {
                double q = 1 / (1 + (1 - p) / p * Math.exp(-x));
                double other = 1 / (1 + p / (1 - p) * Math.exp(x));
                double kl = p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / other);
                close(Scalars.logOddsGap(p, 1 - p, x), kl, 1e-13);
                if (x < 2) {
                    close(Scalars.logProbabilityGap(p, Math.log(q / p)), kl, 1e-11);
                }
            }
        }
    }
}
