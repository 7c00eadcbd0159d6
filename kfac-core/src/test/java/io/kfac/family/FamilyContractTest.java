package io.kfac.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every family, on two members each. */
class FamilyContractTest {
    /** Of identities between functions that are each exact to rounding. */
    private static final double EXACT = 1e-12;

    /** Of central differences of fourth order. */
    private static final double DIFFERENCES = 1e-8;

    /** In standard errors: one in two million. */
    private static final double SIGMAS = 5;

    static Stream<Arguments> members() {
        return Stream.of(
                pair("bernoulli", new double[] {.3}, new double[] {.6}),
                pair("bernoulli", new double[] {1e-10}, new double[] {.5}),
                pair("binomial(7)", new double[] {.2}, new double[] {.9}),
                pair("categorical(3)", new double[] {.5, .3, .2}, new double[] {.1, .4, .5}),
                pair("geometric", new double[] {.3}, new double[] {.6}),
                pair("negative-binomial(2.5)", new double[] {.3}, new double[] {.7}),
                pair("negative-binomial(2.5)", new double[] {.99}, new double[] {.2}),
                pair("poisson", new double[] {2}, new double[] {5}),
                pair("poisson", new double[] {300}, new double[] {280}),
                pair("exponential", new double[] {2}, new double[] {3}),
                pair("exponential", new double[] {1e-3}, new double[] {1}),
                pair("gamma", new double[] {2, 3}, new double[] {4, 1}),
                pair("gamma", new double[] {.2, 3}, new double[] {.4, 100}),
                pair("gamma", new double[] {60, 3}, new double[] {50, 2}),
                pair("beta", new double[] {2, 3}, new double[] {1, 1}),
                pair("beta", new double[] {.3, 1.6}, new double[] {.9, 20}),
                pair("dirichlet(3)", new double[] {1, 2, 3}, new double[] {2, 2, 2}),
                pair("normal", new double[] {0, 1}, new double[] {1, 2}),
                pair("normal", new double[] {-3, .1}, new double[] {-2.9, .2}),
                pair("normal-mean(2.0)", new double[] {1}, new double[] {-3}),
                pair("multivariate-normal(2)", new double[] {0, 0, 1, .5, 2}, new double[] {1, -1, 2, 0, 1}),
                pair("laplace(1.5)", new double[] {.5}, new double[] {2}),
                pair("weibull(1.7)", new double[] {2}, new double[] {.7}),
                pair("rayleigh", new double[] {2}, new double[] {.7}),
                pair("pareto(2.0)", new double[] {3}, new double[] {1.2}),
                pair("inverse-gaussian", new double[] {1, 2}, new double[] {3, 1}),
                pair("von-mises", new double[] {0, 2}, new double[] {Math.PI / 3, 1}),
                pair("von-mises", new double[] {-2, 30}, new double[] {-1.9, 40}),
                pair("von-mises", new double[] {3, .01}, new double[] {1, .2}),
                product(),
                Arguments.of(
                        Named.of("categorical(2), far", new Categoricals(2)), new Natural(0, 5), new Natural(3, 1)));
    }

    private static Arguments pair(String name, double[] p, double[] q) {
        Family family = Families.named(name);
        return Arguments.of(Named.of(name + Arrays.toString(p), family), family.natural(p), family.natural(q));
    }

    private static Arguments product() {
        Family family = new Products(new Normals(), new Poissons(), new Categoricals(2));
        return Arguments.of(
                Named.of(family.name(), family), family.natural(0, 1, 2, .5, .5), family.natural(1, 2, 5, .9, .1));
    }

    static Stream<Arguments> univariateMembers() {
        return members().filter(arguments -> ((Named<?>) arguments.get()[0]).getPayload() instanceof Univariate);
    }

    private static void close(double actual, double expected, double relative) {
        assertThat(actual).isCloseTo(expected, within(relative * Math.max(1, Math.abs(expected))));
    }

    private static double[] mean(Family family, double[] theta) {
        return family.mean(new Natural(theta)).values();
    }

    /** Derivative of f at theta along coordinate j, of fourth order. */
    private static double[] slope(java.util.function.Function<double[], double[]> f, double[] theta, int j) {
        double h = 1e-3 * Math.abs(theta[j]) + (theta[j] == 0 ? 1e-3 : 0);
        double[][] at = new double[4][];
        double[] steps = {-2 * h, -h, h, 2 * h};
        for (int i = 0; i < 4; i++) {
            double[] moved = theta.clone();
            moved[j] += steps[i];
            at[i] = f.apply(moved);
        }
        double[] slope = new double[at[0].length];
        for (int i = 0; i < slope.length; i++) {
            slope[i] = (at[0][i] - 8 * at[1][i] + 8 * at[2][i] - at[3][i]) / (12 * h);
        }
        return slope;
    }

    private static double[] fisherColumn(Family family, Natural p, int j) {
        double[] column = new double[family.dimension()];
        column[j] = 1;
        family.fisherProduct(p, column, column);
        return column;
    }

    @ParameterizedTest
    @MethodSource("members")
    void meansAreTheGradientAndFisherTheHessian(Family family, Natural p, Natural q) {
        double[] eta = mean(family, p.values());
        for (int j = 0; j < eta.length; j++) {
            double[] slope = slope(x -> new double[] {family.logPartition(new Natural(x))}, p.values(), j);
            close(slope[0], eta[j], DIFFERENCES);
            double[] column = fisherColumn(family, p, j);
            double[] second = slope(x -> mean(family, x), p.values(), j);
            for (int i = 0; i < eta.length; i++) {
                close(second[i], column[i], DIFFERENCES);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("members")
    void fisherSolveInvertsFisherProduct(Family family, Natural p, Natural q) {
        double[] v = new double[family.dimension()];
        for (int i = 0; i < v.length; i++) {
            v[i] = Math.sin(3 * i + 1);
        }
        double[] image = new double[v.length];
        family.fisherProduct(p, v, image);
        double[] back = new double[v.length];
        family.fisherSolve(p, image, back);
        double[] again = new double[v.length];
        family.fisherProduct(p, back, again);
        double scale = Arrays.stream(image).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < v.length; i++) {
            assertThat(again[i]).isCloseTo(image[i], within(1e-10 * scale));
            if (family.parameters() == family.dimension()) {
                close(back[i], v[i], 1e-9);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("members")
    void coordinatesAreLegendreDuals(Family family, Natural p, Natural q) {
        for (Natural theta : new Natural[] {p, q}) {
            Mean eta = Mean.ofDimension(family.dimension());
            double potential = family.mean(theta, eta);
            assertThat(potential).isEqualTo(family.logPartition(theta));
            double inner = Family.dot(theta.values(), eta.values());
            close(potential + family.negativeEntropy(eta) - inner, 0, EXACT * Math.max(1, Math.abs(inner)));
            Natural back = family.natural(eta);
            double shift = family.parameters() < family.dimension()
                    ? family.logPartition(theta) - family.logPartition(back)
                    : 0;
            for (int i = 0; i < back.values().length; i++) {
                boolean constant = family instanceof Categoricals;
                close(
                        back.values()[i] + (constant ? shift : 0),
                        normalized(family, theta)[i] + (constant ? shift : 0),
                        4 * EXACT);
            }
            double[] usual = family.usual(theta);
            double[] usualBack = family.usual(family.natural(usual));
            for (int i = 0; i < usual.length; i++) {
                close(usualBack[i], usual[i], EXACT);
            }
        }
    }

    /** Over-complete coordinates as the families give them back, with F = 0. */
    private static double[] normalized(Family family, Natural theta) {
        return family.parameters() == family.dimension()
                ? theta.values()
                : family.natural(family.usual(theta)).values();
    }

    @ParameterizedTest
    @MethodSource("members")
    void klByThreeRoutes(Family family, Natural p, Natural q) {
        DuallyFlat flat = new DuallyFlat(family);
        Mean etaP = family.mean(p);
        Mean etaQ = family.mean(q);
        double kl = family.kl(p, q);
        double inner = Family.dot(q.values(), etaP.values());
        double tolerance = EXACT * (1 + Math.abs(inner) / Math.max(1, kl));
        close(family.logPartition(q) + family.negativeEntropy(etaP) - inner, kl, tolerance);
        double change = 0;
        double dual = 0;
        for (int i = 0; i < etaP.values().length; i++) {
            change += etaP.values()[i] * (q.values()[i] - p.values()[i]);
            dual += q.values()[i] * (etaP.values()[i] - etaQ.values()[i]);
        }
        close(family.logPartition(q) - family.logPartition(p) - change, kl, tolerance);
        close(family.negativeEntropy(etaP) - family.negativeEntropy(etaQ) - dual, kl, tolerance);
        close(flat.bregman(etaP, etaQ), kl, tolerance);
        close(flat.fenchelYoungGap(q, etaP), kl, tolerance);
        close(flat.jeffreys(p, q), kl + family.kl(q, p), EXACT);
    }

    @ParameterizedTest
    @MethodSource("univariateMembers")
    void klIsTheMeanLogRatio(Univariate family, Natural p, Natural q) {
        double expected = Expectations.of(family, p, x -> family.logDensity(p, x) - family.logDensity(q, x));
        close(family.kl(p, q), expected, 1e-10);
    }

    /** By simulation, for vectors too. */
    @ParameterizedTest
    @MethodSource("members")
    void klIsTheMeanLogRatioOfSamples(Family family, Natural p, Natural q) {
        int n = 20_000;
        double[] x = new double[family.observationLength()];
        double sum = 0;
        double squares = 0;
        for (int row = 0; row < n; row++) {
            family.sample(q, CounterRandom.key(19, row), x, 0);
            double ratio = family.logDensity(q, x, 0) - family.logDensity(p, x, 0);
            sum += ratio;
            squares += ratio * ratio;
        }
        double error = Math.sqrt((squares / n - sum / n * sum / n) / n);
        assertThat(sum / n).isCloseTo(family.kl(q, p), within(SIGMAS * error + 1e-9));
    }

    @ParameterizedTest
    @MethodSource("univariateMembers")
    void scoresAverageToZeroAndTheirCovarianceIsFishers(Univariate family, Natural p, Natural q) {
        close(Expectations.of(family, p, x -> 1), 1, 1e-11);
        double[] eta = mean(family, p.values());
        for (int i = 0; i < eta.length; i++) {
            Statistic first = family.statistics().get(i);
            double mean = eta[i];
            assertThat(Expectations.of(family, p, x -> first.of(x) - mean))
                    .isCloseTo(0, within(1e-9 * Math.max(1, Math.abs(mean))));
            double[] column = fisherColumn(family, p, i);
            for (int j = 0; j < eta.length; j++) {
                Statistic second = family.statistics().get(j);
                double other = eta[j];
                close(Expectations.of(family, p, x -> (first.of(x) - mean) * (second.of(x) - other)), column[j], 1e-8);
            }
        }
    }

    /** Half of the squared length in the Fisher metric, with as many digits as the displacement has. */
    @ParameterizedTest
    @MethodSource("members")
    void klKeepsItsDigitsNearby(Family family, Natural p, Natural q) {
        int d = family.dimension();
        for (double step : new double[] {1e-4, 1e-7, 1e-9}) {
            double[] v = new double[d];
            Natural near = Natural.ofDimension(d);
            for (int i = 0; i < d; i++) {
                double wanted = step * (p.values()[i] == 0 ? 1 : p.values()[i]) * Math.cos(i);
                near.values()[i] = p.values()[i] + wanted;
                v[i] = near.values()[i] - p.values()[i];
            }
            double[] image = new double[d];
            family.fisherProduct(p, v, image);
            double expected = Family.dot(v, image) / 2;
            double rounding = 1e-15 / step;
            assertThat(family.kl(p, near)).isCloseTo(expected, within(expected * (50 * step + 100 * rounding)));
            assertThat(new DuallyFlat(family).ambientAngle(p, near))
                    .isCloseTo(Math.sqrt(2 * expected), within(Math.sqrt(2 * expected) * (50 * step + 100 * rounding)));
        }
        assertThat(family.kl(p, p)).isZero();
    }

    @ParameterizedTest
    @MethodSource("members")
    void usualParametersHaveTheirDerivatives(Family family, Natural p, Natural q) {
        double[] jacobian = family.usualJacobian(p);
        int d = family.dimension();
        for (int j = 0; j < d; j++) {
            double[] slope = slope(x -> family.usual(new Natural(x)), p.values(), j);
            for (int i = 0; i < slope.length; i++) {
                close(jacobian[i * d + j], slope[i], 10 * DIFFERENCES);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("members")
    void samplesHaveTheMeanAndFisherCovariance(Family family, Natural p, Natural q) {
        int d = family.dimension();
        int n = 40_000;
        double[] eta = mean(family, p.values());
        double[] x = new double[family.observationLength()];
        double[] t = new double[d];
        double[] sum = new double[d];
        double[] squares = new double[d];
        double[] fourth = new double[d];
        for (int row = 0; row < n; row++) {
            family.sample(p, CounterRandom.key(11, row), x, 0);
            assertThat(family.admits(x, 0)).isTrue();
            family.statistics(x, 0, t, 0);
            for (int i = 0; i < d; i++) {
                double centered = t[i] - eta[i];
                sum[i] += centered;
                squares[i] += centered * centered;
                fourth[i] += centered * centered * centered * centered;
            }
        }
        for (int i = 0; i < d; i++) {
            double variance = fisherColumn(family, p, i)[i];
            assertThat(sum[i] / n).isCloseTo(0, within(SIGMAS * Math.sqrt(variance / n) + 1e-6));
            double spread = Math.sqrt(Math.max(0, fourth[i] / n - squares[i] / n * squares[i] / n) / n);
            assertThat(squares[i] / n).isCloseTo(variance, within(SIGMAS * spread + 1e-6));
        }
    }

    @ParameterizedTest
    @MethodSource("univariateMembers")
    void distributionFunctionsAreIntegrals(Univariate family, Natural p, Natural q) {
        for (int i = 0; i < 5; i++) {
            double x = family.sample(p, CounterRandom.key(3, i));
            double tail = Expectations.of(family, p, y -> 1);
            assertThat(tail).isCloseTo(1, within(1e-10));
            double h = 1e-4 * Math.max(1e-3, Math.abs(x));
            if (family.support().counting()) {
                close(family.cdf(p, x) - family.cdf(p, x - 1), Math.exp(family.logDensity(p, x)), EXACT);
            } else if (family.support().contains(x - 2 * h) && family.support().contains(x + 2 * h)) {
                double slope = (family.cdf(p, x - 2 * h)
                                - 8 * family.cdf(p, x - h)
                                + 8 * family.cdf(p, x + h)
                                - family.cdf(p, x + 2 * h))
                        / (12 * h);
                close(slope, Math.exp(family.logDensity(p, x)), 1e-7);
            }
        }
        assertThat(family.cdf(p, Double.NEGATIVE_INFINITY)).isZero();
        assertThat(family.cdf(p, Double.POSITIVE_INFINITY)).isEqualTo(1);
        assertThat(family.cdf(p, Double.NaN)).isNaN();
    }

    /** Kolmogorov's distance of a sample from its own distribution function. */
    @ParameterizedTest
    @MethodSource("univariateMembers")
    void samplesFollowTheDistributionFunction(Univariate family, Natural p, Natural q) {
        int n = 10_000;
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = family.sample(p, CounterRandom.key(5, i));
        }
        Arrays.sort(x);
        double worst = 0;
        for (int i = 0; i < n; i++) {
            if (i + 1 == n || x[i + 1] != x[i]) {
                worst = Math.max(worst, Math.abs((i + 1.0) / n - family.cdf(p, x[i])));
            }
        }
        // exp(-2 n d^2) bounds the probability of a distance d: here 1e-7.
        assertThat(worst).isLessThan(Math.sqrt(16.8 / (2 * n)));
    }

    @ParameterizedTest
    @MethodSource("univariateMembers")
    void ambientAngleIsThatOfRootsOfDensities(Univariate family, Natural p, Natural q) {
        double affinity =
                Expectations.of(family, p, x -> Math.exp((family.logDensity(q, x) - family.logDensity(p, x)) / 2));
        double angle = new DuallyFlat(family).ambientAngle(p, q);
        assertThat(angle).isBetween(0.0, Math.PI);
        assertThat(Math.cos(angle / 2)).isCloseTo(affinity, within(1e-9));
    }

    @ParameterizedTest
    @MethodSource("members")
    void geodesicsOfFisherAndRao(Family family, Natural p, Natural q) {
        if (family.fisherRao().isEmpty()) {
            return;
        }
        FisherRao geometry = family.fisherRao().get();
        double distance = geometry.distance(p, q);
        close(geometry.distance(q, p), distance, EXACT);
        assertThat(geometry.distance(p, p)).isZero();
        assertThat(distance * (1 + EXACT)).isGreaterThanOrEqualTo(new DuallyFlat(family).ambientAngle(p, q));
        double[] velocity = geometry.log(p, q);
        double[] image = new double[velocity.length];
        family.fisherProduct(p, velocity, image);
        close(Math.sqrt(Family.dot(velocity, image)), distance, 1e-11);
        assertThat(family.kl(q, geometry.exp(p, velocity)))
                .isCloseTo(0, within(1e-20 + 1e-22 * Math.abs(family.logPartition(q))));
        Natural middle = geometry.geodesic(p, q, 0.5);
        close(geometry.distance(p, middle), distance / 2, 1e-11);
        close(geometry.distance(middle, q), distance / 2, 1e-11);
        Natural near = geometry.geodesic(p, q, 1e-9);
        assertThat(geometry.distance(p, near)).isCloseTo(1e-9 * distance, within(1e-4 * 1e-9 * distance));
        assertThat(geometry.distance(p, near))
                .isCloseTo(Math.sqrt(2 * family.kl(p, near)), within(1e-4 * 1e-9 * distance));
    }

    @ParameterizedTest
    @MethodSource("members")
    void whatIsOutsideIsSaidToBe(Family family, Natural p, Natural q) {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            for (int i = 0; i < family.dimension(); i++) {
                Natural theta = new Natural(p.values().clone());
                theta.values()[i] = bad;
                assertThat(family.contains(theta)).isFalse();
                assertThat(family.logPartition(theta)).isEqualTo(Double.POSITIVE_INFINITY);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> family.kl(theta, q))
                        .withMessageContaining(family.name());
                assertThatIllegalArgumentException().isThrownBy(() -> family.kl(q, theta));
                assertThatIllegalArgumentException().isThrownBy(() -> family.mean(theta));
                Mean eta = family.mean(p);
                eta.values()[i] = bad;
                assertThat(family.contains(eta)).isFalse();
                assertThat(family.negativeEntropy(eta)).isEqualTo(Double.POSITIVE_INFINITY);
                assertThatIllegalArgumentException().isThrownBy(() -> family.natural(eta));
                double[] usual = family.usual(p);
                usual[Math.min(i, usual.length - 1)] = bad;
                assertThatIllegalArgumentException().isThrownBy(() -> family.natural(usual));
            }
        }
        assertThat(family.contains(new Natural(new double[family.dimension() + 1])))
                .isFalse();
    }

    /** Far from p towards the boundary and infinity: values, and never less than nothing. */
    @ParameterizedTest
    @MethodSource("members")
    void farMembersHaveValues(Family family, Natural p, Natural q) {
        for (double scale : new double[] {1e-200, 1e-12, 1e-3, 30, 1e4, 1e12, 1e200}) {
            Natural far =
                    new Natural(Arrays.stream(p.values()).map(x -> x * scale).toArray());
            if (family.contains(far)) {
                assertThat(family.logPartition(far)).isNotNaN();
                assertThat(family.kl(far, far)).isZero();
                assertThat(family.kl(p, far)).isPositive();
                assertThat(family.kl(far, p)).isGreaterThanOrEqualTo(0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("members")
    void kernelsAllocateNothing(Family family, Natural p, Natural q) {
        if (family instanceof Products) {
            return;
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double[] v = new double[family.dimension()];
        Mean eta = family.mean(p);
        Natural theta = Natural.ofDimension(family.dimension());
        long me = Thread.currentThread().getId();
        double sum = 0;
        long allocated = 0;
        // The first calls load classes and make each thread's work space.
        for (int round = 0; round < 2; round++) {
            long before = threads.getThreadAllocatedBytes(me);
            for (int i = 0; i < 1_000; i++) {
                sum += family.kl(p, q) + family.logPartition(p) + family.mean(p, eta) + family.natural(eta, theta);
                v[0] = 1;
                family.fisherProduct(p, v, v);
                family.fisherSolve(p, v, v);
            }
            allocated = threads.getThreadAllocatedBytes(me) - before;
        }
        assertThat(sum).isNotNaN();
        assertThat(allocated).isLessThan(1_000);
    }

    /** The generalized Pythagorean theorem: p, its m-projection on an e-geodesic, and any other point of that. */
    @ParameterizedTest
    @MethodSource("members")
    void projectionsMakeRightAngles(Family family, Natural p, Natural q) {
        double[] direction = new double[family.dimension()];
        for (int i = 0; i < direction.length; i++) {
            direction[i] = Math.abs(p.values()[i]) * Math.sin(2 * i + 1) + (p.values()[i] == 0 ? 0.1 : 0);
        }
        double[][] line = {direction};
        Projection projection = new Projection(family);
        Natural foot = projection.onto(q, line, family.mean(p));
        double sides = family.kl(p, foot) + family.kl(foot, q);
        close(sides, family.kl(p, q), 1e-10);
        double moment = Family.dot(direction, mean(family, p.values()));
        close(Family.dot(direction, mean(family, foot.values())), moment, 1e-11);
        assertThat(projection.underMoments(q, line, new double[] {moment})).isEqualTo(foot);
    }

    @ParameterizedTest
    @MethodSource("members")
    void threeFormsOfFisherInformationAgree(Family family, Natural p, Natural q) {
        int d = family.dimension();
        double[] hessian = FisherForms.minusExpectedHessian(family, p);
        double[] ofKl = FisherForms.hessianOfKl(family, p);
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                double scale = Math.sqrt(hessian[i * d + i] * hessian[j * d + j]);
                assertThat(ofKl[i * d + j]).isCloseTo(hessian[i * d + j], within(1e-6 * scale));
            }
        }
        int n = 20_000;
        int length = family.observationLength();
        double[] observations = new double[n * length];
        double[] products = new double[n];
        for (int row = 0; row < n; row++) {
            family.sample(p, CounterRandom.key(13, row), observations, row * length);
        }
        double[] scores = FisherForms.scoreCovariance(family, p, observations);
        double[] eta = mean(family, p.values());
        double[] t = new double[d];
        for (int row = 0; row < n; row++) {
            family.statistics(observations, row * length, t, 0);
            products[row] = (t[0] - eta[0]) * (t[d - 1] - eta[d - 1]);
        }
        double mean = Arrays.stream(products).average().orElseThrow();
        double variance =
                Arrays.stream(products).map(x -> (x - mean) * (x - mean)).sum() / n;
        assertThat(scores[d - 1]).isCloseTo(mean, within(1e-9 * Math.max(1, Math.abs(mean))));
        assertThat(mean).isCloseTo(hessian[d - 1], within(SIGMAS * Math.sqrt(variance / n) + 1e-6));
    }

    /** Standard errors of the family and of the sandwich agree on its own samples, and with the bound of Cramer and Rao. */
    @ParameterizedTest
    @MethodSource("members")
    void estimatesFindTheMember(Family family, Natural p, Natural q) {
        int n = 20_000;
        int d = family.dimension();
        int length = family.observationLength();
        double[] observations = new double[n * length];
        double[] sums = new double[d];
        double[] t = new double[d];
        double logBase = 0;
        for (int row = 0; row < n; row++) {
            family.sample(q, CounterRandom.key(17, row), observations, row * length);
            family.statistics(observations, row * length, t, 0);
            logBase += family.logBase(observations, row * length);
            for (int i = 0; i < d; i++) {
                sums[i] += t[i];
            }
        }
        Estimate estimate = Estimate.of(family, n, sums, logBase).orElseThrow();
        double[] errors = estimate.standardErrors();
        double[] robust =
                estimate.sandwichErrors(FisherForms.scoreCovariance(family, estimate.natural(), observations));
        double[] bound = Efficiency.cramerRao(family, q, n);
        double[] truth = family.usual(q);
        double logLikelihood = 0;
        for (int row = 0; row < n; row++) {
            logLikelihood += family.logDensity(estimate.natural(), observations, row * length);
        }
        close(estimate.logLikelihood(), logLikelihood, 1e-10);
        close(estimate.aic(), 2 * family.parameters() - 2 * logLikelihood, 1e-10);
        for (int i = 0; i < truth.length; i++) {
            assertThat(estimate.usual()[i]).isCloseTo(truth[i], within(SIGMAS * Math.sqrt(bound[i])));
            assertThat(errors[i]).isCloseTo(Math.sqrt(bound[i]), within(0.1 * errors[i]));
            assertThat(robust[i]).isCloseTo(errors[i], within(0.1 * errors[i]));
        }
    }

    @ParameterizedTest
    @MethodSource("members")
    void divergencesBetweenOthers(Family family, Natural p, Natural q) {
        DuallyFlat flat = new DuallyFlat(family);
        double half = flat.chernoff(p, q, 0.5);
        assertThat(flat.chernoffInformation(p, q)).isGreaterThanOrEqualTo(half * (1 - EXACT));
        close(flat.renyi(p, q, 0.5), 2 * half, EXACT);
        close(flat.renyi(p, q, 1 - 1e-9), family.kl(p, q), 1e-5);
        close(flat.renyi(p, q, 1 + 1e-9), family.kl(p, q), 1e-5);
        assertThat(flat.renyi(p, q, 2)).isGreaterThanOrEqualTo(family.kl(p, q));
        double jensen = flat.jensenShannon(p, q);
        assertThat(jensen).isPositive().isLessThan(flat.jeffreys(p, q) / 2);
        close(flat.jensenShannon(q, p), jensen, EXACT);
        Natural middle = flat.mGeodesic(p, q, 0.5);
        close((family.kl(p, q) + family.kl(q, q)) / 2, jensen + family.kl(middle, q), 1e-11);
        close(flat.bregman(q, p), family.kl(p, q), EXACT);
    }
}
