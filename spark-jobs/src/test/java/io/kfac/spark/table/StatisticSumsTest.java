package io.kfac.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.family.Families;
import io.kfac.family.Normals;
import io.kfac.family.Statistic;
import io.kfac.family.Univariate;
import io.kfac.spark.data.ColumnChunk;
import io.kfac.spark.data.DistinctNumbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums in chunks, parts and about any centre are those of the values themselves. */
class StatisticSumsTest {
    private static final Statistics STATISTICS = new Statistics(Families.univariate());
    private static final Statistic[] WANTED = {
        Statistic.Plain.VALUE, Statistic.Plain.SQUARE, Statistic.Plain.LOG, Statistic.Plain.RECIPROCAL
    };

    private static StatisticSums sums(double[] x, int from, int to) {
        StatisticSums sums = new StatisticSums(STATISTICS);
        StatisticSums.Scratch scratch = new StatisticSums.Scratch(STATISTICS);
        for (int start = from; start < to; start += ColumnChunk.CAPACITY) {
            int end = Math.min(to, start + ColumnChunk.CAPACITY);
            sums.add(Arrays.copyOfRange(x, start, end), end - start, scratch);
        }
        return sums;
    }

    private static ValueEvidence values(double[] x) {
        DistinctNumbers values = new DistinctNumbers(x.length);
        for (double each : x) {
            values.add(each, 1);
        }
        return ValueEvidence.of(values);
    }

    private static double[] positive(int count, double location, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] x = new double[count];
        Arrays.setAll(x, i -> location + Math.exp(0.5 * random.nextGaussian()));
        return x;
    }

    /** Parts whose first chunks, and so whose centres, differ a lot. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 10, 1e3})
    void partsAddUpToTheWhole(double location) {
        double[] x = positive(9_000, location, 1);
        Arrays.sort(x);
        StatisticSums merged = sums(x, 0, 1_100);
        merged.merge(new StatisticSums(STATISTICS));
        merged.merge(sums(x, 1_100, 5_000));
        merged.merge(sums(x, 5_000, 9_000));
        ValueEvidence exact = values(x);
        assertThat(merged.rows()).isEqualTo(9_000);
        assertThat(merged.mean()).isCloseTo(exact.mean(), within(1e-12 * (1 + location)));
        assertThat(merged.variance()).isCloseTo(exact.variance(), within(1e-12));
        Standard standard = new Standard(exact.mean(), Math.sqrt(exact.variance()));
        for (Statistic s : WANTED) {
            Standard of = s == Statistic.Plain.VALUE || s == Statistic.Plain.SQUARE ? standard : Standard.RAW;
            assertThat(merged.mean(s, of)).isCloseTo(exact.mean(s, of), within(1e-11));
            for (Statistic t : WANTED) {
                boolean same = (t == Statistic.Plain.VALUE || t == Statistic.Plain.SQUARE) == (of == standard);
                if (same) {
                    double scale = Math.sqrt(exact.covariance(s, s, of) * exact.covariance(t, t, of));
                    assertThat(merged.covariance(s, t, of))
                            .isCloseTo(exact.covariance(s, t, of), within(1e-10 * scale));
                }
            }
        }
    }

    @Test
    void largeMeansCostNoDigits() {
        SplittableRandom random = new SplittableRandom(2);
        double[] x = new double[5_000];
        Arrays.setAll(x, i -> 1e9 + random.nextGaussian());
        FamilyFit fit = sums(x, 0, x.length).fit(new Normals(), 0).orElseThrow();
        double mean = 0;
        for (double each : x) {
            mean += (each - 1e9) / x.length;
        }
        double variance = 0;
        for (double each : x) {
            variance += Math.pow(each - 1e9 - mean, 2) / x.length;
        }
        assertThat(fit.parameters()[0] - 1e9).isCloseTo(mean, within(1e-6));
        assertThat(fit.parameters()[1]).isCloseTo(Math.sqrt(variance), within(1e-9));
        // Standard errors of a normal sample: sd / sqrt(n) and, with its own kurtosis, about sd / sqrt(2 n).
        assertThat(fit.errors()[0]).isCloseTo(Math.sqrt(variance / x.length), within(1e-9));
        assertThat(fit.errors()[1]).isCloseTo(Math.sqrt(variance / 2 / x.length), within(6e-4));
        double likelihood = -x.length / 2.0 * (Math.log(2 * Math.PI * variance) + 1);
        assertThat(fit.logLikelihood()).isCloseTo(likelihood, within(1e-6));
        assertThat(fit.aic()).isCloseTo(4 - 2 * likelihood, within(1e-5));
    }

    @Test
    void whatNoFamilyNeedsAnyMoreIsForgotten() {
        double[] x = positive(3_000, 0, 3);
        assertThat(sums(x, 0, 3_000).knows(Statistic.Plain.LOG)).isTrue();
        x[2_500] = -1;
        StatisticSums later = sums(x, 0, 3_000);
        assertThat(later.knows(Statistic.Plain.LOG)).isFalse();
        StatisticSums first = sums(x, 0, 2_000);
        first.merge(later);
        assertThat(first.knows(Statistic.Plain.LOG)).isFalse();
        assertThat(first.rows()).isEqualTo(5_000);
    }

    /** Fits from sums are those from the values, for every family. */
    @Test
    void fitsAreThoseOfTheValues() {
        double[] x = positive(4_000, 0, 4);
        StatisticSums sums = sums(x, 0, x.length);
        ValueEvidence exact = values(x);
        List<String> compared = new ArrayList<>();
        for (Univariate family : Families.univariate()) {
            if (!exact.suits(family)) {
                assertThat(sums.suits(family)).isFalse();
                continue;
            }
            FamilyFit one = sums.fit(family, 0).orElseThrow();
            FamilyFit other = exact.fit(family, 0).orElseThrow();
            compared.add(family.name());
            assertThat(one.logLikelihood()).as(family.name()).isCloseTo(other.logLikelihood(), within(1e-6));
            for (int i = 0; i < one.parameters().length; i++) {
                assertThat(one.parameters()[i]).isCloseTo(other.parameters()[i], within(1e-8));
                assertThat(one.errors()[i]).isCloseTo(other.errors()[i], within(1e-8));
            }
        }
        assertThat(compared).contains("normal", "gamma", "inverse-gaussian", "exponential", "rayleigh");
    }
}
