package io.kfac.mixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.kfac.linalg.DoubleMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MixtureOptimizerTest {
    private static final double TOLERANCE = 1e-9;

    /** Rows in memory, cut into blocks. */
    private static final class InMemory implements MixtureObjective {
        private final MixtureTotals totals;
        private final List<LikelihoodBlock> blocks = new ArrayList<>();
        private int passes;

        InMemory(int blockRows, double[][] likelihoods, double[] weights) {
            int models = likelihoods[0].length;
            totals = new MixtureTotals(models);
            for (int from = 0; from < likelihoods.length; from += blockRows) {
                List<double[]> kept = new ArrayList<>();
                List<Double> keptWeights = new ArrayList<>();
                for (int i = from; i < Math.min(likelihoods.length, from + blockRows); i++) {
                    if (weights[i] > 0 && totals.add(likelihoods[i], weights[i])) {
                        kept.add(likelihoods[i]);
                        keptWeights.add(weights[i]);
                    }
                }
                blocks.add(new LikelihoodBlock(
                        kept.stream().flatMapToDouble(Arrays::stream).toArray(),
                        keptWeights.stream().mapToDouble(w -> w).toArray()));
            }
        }

        @Override
        public MixtureTotals totals() {
            return totals;
        }

        @Override
        public List<MixtureSums> evaluate(String purpose, List<double[]> weights) {
            passes++;
            List<MixtureSums> all = new ArrayList<>();
            weights.forEach(w -> all.add(new MixtureSums(totals.models())));
            for (LikelihoodBlock block : blocks) {
                List<MixtureSums> sums = new ArrayList<>();
                weights.forEach(w -> sums.add(new MixtureSums(totals.models())));
                block.add(weights, sums);
                for (int k = 0; k < sums.size(); k++) {
                    all.get(k).add(sums.get(k));
                }
            }
            return all;
        }
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static InMemory rows(double[]... likelihoods) {
        return new InMemory(7, likelihoods, ones(likelihoods.length));
    }

    private static MixtureSolution solve(MixtureObjective objective) {
        return new MixtureOptimizer(objective).minimize(100, TOLERANCE, () -> false);
    }

    private static void assertOnSimplex(double... weights) {
        assertThat(Arrays.stream(weights).min().orElseThrow()).isGreaterThanOrEqualTo(0);
        assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-15));
    }

    /** Two models that are certain of a and b rows each: the likelihood w^a (1 - w)^b has its maximum at a / (a + b). */
    @Test
    void certainModelsAreWeightedByHowOftenTheyAreRight() {
        double[][] rows = new double[10][];
        for (int i = 0; i < 10; i++) {
            rows[i] = i < 7 ? new double[] {1, 0} : new double[] {0, 1};
        }
        MixtureSolution solution = solve(rows(rows));
        assertThat(solution.weights()[0]).isCloseTo(0.7, within(1e-8));
        assertThat(solution.logLoss()).isCloseTo(-(0.7 * Math.log(0.7) + 0.3 * Math.log(0.3)), within(1e-12));
        assertThat(solution.converged()).isTrue();
        assertThat(rows(rows).totals().singleLosses()).containsOnly(Double.POSITIVE_INFINITY);
    }

    /** Likelihoods of rows drawn from a mixture, models more or less alike. */
    private static double[][] planted(int rows, double spread, double... weights) {
        SplittableRandom random = new SplittableRandom(5);
        double[][] likelihoods = new double[rows][];
        for (int i = 0; i < rows; i++) {
            double[] p = new double[weights.length];
            double mixed = 0;
            double common = 3 * random.nextDouble() - 1.5;
            for (int m = 0; m < p.length; m++) {
                p[m] = 1 / (1 + Math.exp(-common - spread * (random.nextDouble() - 0.5) * (m + 1)));
                mixed += weights[m] * p[m];
            }
            boolean label = random.nextDouble() < mixed;
            likelihoods[i] = Arrays.stream(p).map(x -> label ? x : 1 - x).toArray();
        }
        return likelihoods;
    }

    private static double loss(double[][] rows, double... weights) {
        double sum = 0;
        for (double[] row : rows) {
            double q = 0;
            for (int m = 0; m < weights.length; m++) {
                q += weights[m] * row[m];
            }
            sum -= Math.log(q);
        }
        return sum / rows.length;
    }

    @Test
    void findsPlantedWeightsInFewPasses() {
        double[] truth = {0.5, 0, 0.3, 0.2};
        double[][] rows = planted(60_000, 4, truth);
        InMemory objective = rows(rows);
        MixtureSolution solution = solve(objective);
        assertOnSimplex(solution.weights());
        assertThat(solution.converged()).isTrue();
        assertThat(objective.passes).isLessThanOrEqualTo(8);
        for (int m = 0; m < truth.length; m++) {
            // Standard errors are about 0.01.
            assertThat(solution.weights()[m]).isCloseTo(truth[m], within(0.05));
        }
        assertThat(solution.logLoss()).isCloseTo(loss(rows, solution.weights()), within(1e-12));
    }

    /** No mixture on a fine grid is better by more than the gap, nor better than the optimum. */
    @Test
    void theGapBoundsWhatIsLeft() {
        double[][] rows = planted(300, 6, 0.6, 0.3, 0.1);
        double least = Double.POSITIVE_INFINITY;
        for (int a = 0; a <= 100; a++) {
            for (int b = 0; b <= 100 - a; b++) {
                least = Math.min(least, loss(rows, a / 100.0, b / 100.0, (100 - a - b) / 100.0));
            }
        }
        double found = solve(rows(rows)).logLoss();
        assertThat(found).isLessThanOrEqualTo(least + TOLERANCE);
        for (int steps = 0; steps < 3; steps++) {
            MixtureSolution early = new MixtureOptimizer(rows(rows)).minimize(steps, 1e-15, () -> false);
            assertThat(early.steps()).isEqualTo(steps);
            assertThat(early.logLoss() - found).isLessThanOrEqualTo(early.gap() + 1e-12);
        }
    }

    /** Models that are all but equal: exponentiated gradient would take hundreds of passes. */
    @Test
    void modelsThatAreAlikeAreToldApart() {
        double[][] rows = planted(5_000, 0.02, 0.4, 0, 0, 0.6);
        MixtureSolution solution = solve(rows(rows));
        assertThat(solution.converged()).isTrue();
        assertThat(solution.steps()).isLessThanOrEqualTo(8);
    }

    /** The first model is the best for every row: no mixture is as good. */
    @Test
    void theBestSingleModelIsReturnedWhereItWins() {
        double[][] rows = planted(500, 3, 0.5, 0.5);
        for (double[] row : rows) {
            row[0] = Math.max(row[0], row[1]) + 1e-3;
        }
        MixtureSolution solution = solve(rows(rows));
        assertThat(solution.weights()).containsExactly(1, 0);
        assertThat(solution.logLoss())
                .isEqualTo(rows(rows).totals().singleLosses()[0])
                .isCloseTo(loss(rows, 1, 0), within(1e-12));
        // Also where the search had no time to get there.
        MixtureSolution early = new MixtureOptimizer(rows(rows)).minimize(0, TOLERANCE, () -> false);
        assertThat(early.weights()).containsExactly(1, 0);
    }

    @Test
    void neverWorseThanTheBestSingleModel() {
        for (double[] truth :
                List.of(new double[] {1, 0, 0}, new double[] {0, 0.01, 0.99}, new double[] {0.3, 0.3, 0.4})) {
            for (double spread : new double[] {0.01, 1, 10}) {
                InMemory objective = rows(planted(400, spread, truth));
                MixtureSolution solution = solve(objective);
                assertThat(solution.logLoss())
                        .isLessThanOrEqualTo(Arrays.stream(objective.totals().singleLosses())
                                .min()
                                .orElseThrow());
                assertOnSimplex(solution.weights());
            }
        }
    }

    @Test
    void weightsAreFrequencies() {
        double[][] rows = planted(60, 5, 0.5, 0.5);
        double[] weights = new double[60];
        List<double[]> copies = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            weights[i] = i % 4;
            for (int c = 0; c < i % 4; c++) {
                copies.add(rows[i]);
            }
        }
        MixtureSolution weighted = solve(new InMemory(7, rows, weights));
        MixtureSolution copied = solve(rows(copies.toArray(double[][]::new)));
        assertThat(weighted.weights()[0]).isCloseTo(copied.weights()[0], within(1e-9));
        assertThat(weighted.logLoss()).isCloseTo(copied.logLoss(), within(1e-12));
    }

    @Test
    void rowsThatNoModelAllowsAreCountedAndLeftOut() {
        double[][] rows = planted(50, 5, 0.5, 0.5);
        double[][] more = Arrays.copyOf(rows, 52);
        more[50] = new double[] {0, 0};
        more[51] = new double[] {0, 0};
        InMemory objective = rows(more);
        assertThat(objective.totals().impossibleRows()).isEqualTo(2);
        assertThat(solve(objective).weights()).containsExactly(solve(rows(rows)).weights());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MixtureOptimizer(rows(new double[][] {{0, 0}})))
                .withMessageContaining("no row of positive weight");
    }

    @Test
    void oneModelNeedsNoSearch() {
        MixtureSolution solution = solve(rows(new double[][] {{0.3}, {0.5}}));
        assertThat(solution.weights()).containsExactly(1);
        assertThat(solution.steps()).isZero();
        assertThat(solution.gap()).isZero();
    }

    /** Likelihoods over three hundred decades: the start's quadratic model is of little use. */
    @Test
    void hugeRangesOfLikelihoodsConverge() {
        double[][] rows = new double[100][];
        for (int i = 0; i < 100; i++) {
            rows[i] = i % 3 == 0 ? new double[] {1e-300, 0.4, 1e-5} : new double[] {0.3, 1e-200, 0.1};
        }
        MixtureSolution solution = solve(rows(rows));
        assertThat(solution.converged()).isTrue();
        assertThat(solution.weights()[1]).isCloseTo(0.34, within(1e-3));
    }

    @Test
    void quadraticsOnTheSimplexMeetTheirOptimalityConditions() {
        SplittableRandom random = new SplittableRandom(3);
        for (int trial = 0; trial < 20; trial++) {
            int n = 2 + trial;
            DoubleMatrix factor = DoubleMatrix.zeros(n + 1, n);
            double[] g = new double[n];
            double[] w = new double[n];
            for (int j = 0; j < n; j++) {
                g[j] = random.nextDouble();
                w[j] = 1.0 / n;
                for (int i = 0; i <= n; i++) {
                    factor.set(i, j, random.nextDouble() - 0.3);
                }
            }
            DoubleMatrix h = DoubleMatrix.zeros(n, n);
            h.addGram(1, factor, 0);
            double[] v = SimplexQuadratic.minimize(g, h, w);
            h.mirrorLowerToUpper();
            double[] slopes = g.clone();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    slopes[i] += h.get(i, j) * (v[j] - w[j]);
                }
            }
            double least = Arrays.stream(slopes).min().orElseThrow();
            for (int i = 0; i < n; i++) {
                if (v[i] > 0) {
                    assertThat(slopes[i]).isCloseTo(least, within(1e-9));
                }
            }
            assertThat(Arrays.stream(v).sum()).isCloseTo(1, within(1e-12));
        }
    }
}
