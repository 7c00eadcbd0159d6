package io.kfac.spark.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often comparisons of tables without drift call it one, by chance, and of tables with drift miss it. */
class DriftCalibrationTest {
    private static final double LEVEL = 0.05;
    private static final int PERMUTATIONS = 199;

    /** p-values of all columns, and of the numbers together. */
    private static Map<String, Double> pValues(int before, int after, long seed, double shift, double share) {
        DriftOptions options = DriftOptions.defaults();
        RowGroups groups = RowGroups.of(before, after, seed);
        DriftSums here = Draws.rows(before, 2 * seed, 0, 0)
                .sum(TableDrift.empty(Draws.COLUMNS, before, groups.reference(), groups.referenceShare(), options));
        DriftSums there = Draws.rows(after, 2 * seed + 1, shift, share)
                .sum(TableDrift.empty(Draws.COLUMNS, after, groups.current(), groups.currentShare(), options));
        Resampling resampling = new Resampling(groups.reference(), groups.current(), PERMUTATIONS, 1, seed);
        Map<String, Double> values = new TreeMap<>();
        for (Comparison one : Comparisons.of(Draws.COLUMNS, here, there, Map.of())) {
            if (one.isRefused()) { // of a hundred rows, those of the most frequent category may be too few
                continue;
            }
            Contrast contrast = Contrast.of(one.family().orElseThrow());
            double angle = contrast.angle(
                    GroupedSums.total(one.sums().reference()),
                    GroupedSums.total(one.sums().current()));
            values.put(one.column(), resampling.pValue(one.sums(), contrast, angle));
        }
        return values;
    }

    /**
     * Each count of alarms is binomial with the level as its probability, if the test is exact: outside 99.9% of that it is
     * miscalibrated. The chi-square of twice the log-likelihood would be outside by far: .22 on normals, .76 on lognormals.
     */
    @ParameterizedTest
    @CsvSource({"1000, 1000", "5000, 200", "60, 40"})
    void falseAlarmsAreAsRareAsTheLevelSays(int before, int after) {
        int trials = 400;
        Map<String, Integer> alarms = new TreeMap<>();
        Map<String, Integer> compared = new TreeMap<>();
        for (int trial = 0; trial < trials; trial++) {
            pValues(before, after, trial, 0, 0).forEach((column, p) -> {
                alarms.merge(column, p <= LEVEL ? 1 : 0, Integer::sum);
                compared.merge(column, 1, Integer::sum);
            });
        }
        assertThat(alarms).hasSize(6);
        alarms.forEach((column, count) -> {
            int n = compared.get(column);
            assertThat(n).isGreaterThan(trials * 9 / 10);
            double most = 3.29 * Math.sqrt(n * LEVEL * (1 - LEVEL));
            assertThat(count - n * LEVEL).as("%s of %s", alarms, compared).isBetween(-most, most);
        });
    }

    @ParameterizedTest
    @CsvSource({"5000, 200", "1000, 1000"})
    void driftIsSeen(int before, int after) {
        int trials = 40;
        int[] seen = new int[2];
        for (int trial = 0; trial < trials; trial++) {
            Map<String, Double> p = pValues(before, after, 1_000 + trial, 0.35, 0.6);
            seen[0] += p.get("normal") <= LEVEL ? 1 : 0;
            seen[1] += p.get("zipf") <= LEVEL ? 1 : 0;
        }
        assertThat(Arrays.stream(seen).min().orElse(0))
                .as(Arrays.toString(seen))
                .isGreaterThan(trials * 8 / 10);
    }

    /** Of a known angle, 95% of the intervals have it: a normal distribution whose mean moves by half a standard deviation. */
    @ParameterizedTest
    @CsvSource({"3000, 3000", "5000, 400"})
    void intervalsHaveTheAngleThatThereIs(int before, int after) {
        int trials = 200;
        int below = 0;
        int above = 0;
        Contrast contrast = Contrast.of(Comparisons.FAMILIES.get(0));
        double angle = contrast.angle(new double[] {1, 0, 1}, new double[] {1, 0.5, 1.25});
        for (int trial = 0; trial < trials; trial++) {
            RowGroups groups = RowGroups.of(before, after, trial);
            DriftOptions options = DriftOptions.defaults();
            DriftSums here = Draws.rows(before, 2L * trial, 0, 0)
                    .sum(TableDrift.empty(Draws.COLUMNS, before, groups.reference(), groups.referenceShare(), options));
            DriftSums there = Draws.rows(after, 2L * trial + 1, 0.5, 0)
                    .sum(TableDrift.empty(Draws.COLUMNS, after, groups.current(), groups.currentShare(), options));
            Comparison one =
                    Comparisons.of(Draws.COLUMNS, here, there, Map.of()).get(0);
            double observed = contrast.angle(
                    GroupedSums.total(one.sums().reference()),
                    GroupedSums.total(one.sums().current()));
            Resampling.Interval interval = new Resampling(groups.reference(), groups.current(), 1, 299, trial)
                    .interval(one.sums(), contrast, observed, LEVEL);
            below += interval.upper() < angle ? 1 : 0;
            above += interval.lower() > angle ? 1 : 0;
        }
        // 5 of 200 on each side are to be expected; above is the side that alarms.
        assertThat(above).as("lower limits above the angle").isBetween(0, 14);
        assertThat(below).as("upper limits below the angle").isBetween(0, 14);
    }

    /** A plug-in angle of a hundred categories is far from 0 without any drift: chance's share of it is taken away. */
    @Test
    void limitsOfManyCategoriesReachDownToNothing() {
        int above = 0;
        for (int trial = 0; trial < 50; trial++) {
            RowGroups groups = RowGroups.of(2_000, 2_000, trial);
            DriftOptions options = DriftOptions.defaults();
            DriftSums here = Draws.rows(2_000, 2L * trial, 0, 0)
                    .sum(TableDrift.empty(Draws.COLUMNS, 2_000, groups.reference(), 1, options));
            DriftSums there = Draws.rows(2_000, 2L * trial + 1, 0, 0)
                    .sum(TableDrift.empty(Draws.COLUMNS, 2_000, groups.current(), 1, options));
            Comparison zipf = Comparisons.of(Draws.COLUMNS, here, there, Map.of()).stream()
                    .filter(one -> one.column().equals("zipf"))
                    .findFirst()
                    .orElseThrow();
            ColumnDrift drift =
                    zipf.measure(new Resampling(groups.reference(), groups.current(), 99, 199, trial), LEVEL);
            assertThat(drift.angle()).isGreaterThan(0.15);
            above += drift.interval().lower() > 0.05 ? 1 : 0;
        }
        assertThat(above).isLessThan(6);
    }
}
