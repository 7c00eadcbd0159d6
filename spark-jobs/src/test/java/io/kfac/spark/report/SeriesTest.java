package io.kfac.spark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Downsampling and bands. */
class SeriesTest {
    @Test
    void extremesAndEndsStay() {
        Random random = new Random(1);
        double[] values = random.doubles(2_000, 0, 1).toArray();
        values[777] = 99;
        values[778] = -99;
        values[1_500] = Double.NaN;
        int[] kept = Downsample.extremes(200, values);
        assertThat(kept)
                .hasSizeLessThanOrEqualTo(200)
                .contains(0, 777, 778, 1_999)
                .doesNotContain(1_500);
        assertThat(kept).isSorted().doesNotHaveDuplicates();
        for (int stretch = 0; stretch < 99; stretch++) {
            int from = 2_000 * stretch / 99;
            int to = 2_000 * (stretch + 1) / 99;
            double most = IntStream.range(from, to)
                    .mapToDouble(i -> values[i])
                    .filter(v -> !Double.isNaN(v))
                    .max()
                    .orElseThrow();
            assertThat(Arrays.stream(kept).filter(i -> i >= from && i < to).mapToDouble(i -> values[i]))
                    .contains(most);
        }
    }

    @Test
    void fewPointsStayAsTheyAre() {
        assertThat(Downsample.extremes(10, new double[] {3, 1, 2})).containsExactly(0, 1, 2);
        assertThat(Downsample.extremes(10, new double[0])).isEmpty();
    }

    @Test
    void bandsAreMedianLeastAndMostOfSeedsAtTheSameAmount() {
        CurveChart.Points band =
                Bands.of(List.of(line(0, 10, 4, 6), line(0, 20, 4, 16), line(0, 30, 2, 32)), Across.SECONDS, 100);
        assertThat(band.x()).as("where two of three are known").containsExactly(0, 2, 4);
        assertThat(band.y()).containsExactly(20, 18, 11);
        assertThat(band.low()).containsExactly(10, 8, 6);
        assertThat(band.high()).containsExactly(30, 32, 16);
    }

    /** From (x0, y0) to (x1, y1). */
    private static Curve line(double x0, double y0, double x1, double y1) {
        return new Curve(Quantity.LOSS, List.of(point(x0, y0), point(x1, y1)));
    }

    private static Curve.Point point(double seconds, double value) {
        return new Curve.Point(new Across.Spent(seconds, Double.NaN, Double.NaN, Double.NaN), value);
    }

    @Test
    void whatWasNotMeasuredIsNotDrawn() {
        assertThat(Bands.of(List.of(line(0, 1, 1, 2)), Across.BYTES, 10).x()).isEmpty();
    }
}
