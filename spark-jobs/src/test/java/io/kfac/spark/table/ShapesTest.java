package io.kfac.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.family.CounterRandom;
import io.kfac.spark.data.ColumnChunk;
import io.kfac.spark.data.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Bars of drawn rows: whose they are, and over which edges. */
class ShapesTest {
    private static final List<String> ONE = List.of("x");

    /** Sums of rows from one number to another, by their number. @param of so many rows of the table */
    private static DriftSums sums(int from, int to, int of, long seed, IntToDoubleFunction value) {
        DriftSums sums = new DriftSums(new Statistics(List.of()), 1, 0, 100, 1, of, 1);
        ColumnChunk chunk = new ColumnChunk(1, 0, 10);
        for (int start = from; start < to; start += ColumnChunk.CAPACITY) {
            int rows = Math.min(ColumnChunk.CAPACITY, to - start);
            for (int i = 0; i < rows; i++) {
                chunk.numbers(0)[i] = value.applyAsDouble(start + i);
                chunk.places()[i] = CounterRandom.key(seed, start + i);
                chunk.ids()[i] = chunk.places()[i];
            }
            chunk.setRows(rows);
            sums.add(chunk);
        }
        sums.finish(chunk);
        return sums;
    }

    private static Shapes.Pair pair(IntToDoubleFunction reference, IntToDoubleFunction current, int rows) {
        return Shapes.of(
                        ONE,
                        sums(0, rows, rows, 1, reference).sample(),
                        sums(0, rows, rows, 2, current).sample())
                .columns()
                .get("x");
    }

    private static double normal(long seed, int i) {
        return new SplittableRandom(seed + 31L * i).nextGaussian();
    }

    private static double width(Histogram histogram) {
        return histogram.edges()[1] - histogram.edges()[0];
    }

    @Test
    void barsAreTheSameHoweverRowsAreCutUp() {
        IntToDoubleFunction value = i -> normal(5, i);
        DriftSums whole = sums(0, 20_000, 20_000, 1, value);
        DriftSums first = sums(0, 300, 20_000, 1, value);
        first.merge(sums(300, 12_345, 20_000, 1, value));
        first.merge(sums(12_345, 20_000, 20_000, 1, value));
        assertThat(first.sample().size()).isEqualTo(2_000);
        assertThat(first.sample().sorted(0)).containsExactly(whole.sample().sorted(0));
    }

    /** Shares of each table add up to 1, and lie where the distribution has them: within five standard errors. */
    @Test
    void barsAreShares() {
        Shapes.Pair pair = pair(i -> normal(1, i), i -> 2 + normal(2, i), 50_000);
        assertThat(pair.reference().edges()).isEqualTo(pair.current().edges());
        for (Histogram histogram : List.of(pair.reference(), pair.current())) {
            double mass = Arrays.stream(histogram.density()).sum() * width(histogram);
            assertThat(mass + histogram.outside()).isCloseTo(1, within(1e-12));
            assertThat(histogram.outside()).isLessThan(0.01);
        }
        double below = 0;
        for (int j = 0; j < pair.reference().density().length; j++) {
            below += pair.reference().edges()[j + 1] <= 0 ? pair.reference().density()[j] * width(pair.reference()) : 0;
        }
        assertThat(below).isBetween(0.5 - width(pair.reference()) * 0.4 - 5 * Math.sqrt(0.25 / 2_000), 0.56);
    }

    /** Bars of which some hold more of the whole numbers than others would have teeth. */
    @Test
    void roundedValuesHaveNoTeeth() {
        for (double step : new double[] {1, 0.1, 25}) {
            Shapes.Pair pair = pair(i -> step * (i % 70), i -> step * (10 + i % 70), 1_960);
            double[] inner = Arrays.copyOfRange(
                    pair.reference().density(), 1, pair.reference().density().length / 2);
            assertThat(width(pair.reference()) / step)
                    .isCloseTo(Math.rint(width(pair.reference()) / step), within(1e-9));
            for (double height : inner) {
                assertThat(height).isCloseTo(1 / (70 * step), within(1e-9 / step));
            }
        }
    }

    /** Of a Pareto distribution of shape 1 the largest of 2,000 is some thousands, its median 2. */
    @Test
    void tailsDoNotSqueezeThePicture() {
        IntToDoubleFunction heavy = i -> 1 / (1 - new SplittableRandom(i).nextDouble());
        Shapes.Pair pair = pair(heavy, i -> 2 * heavy.applyAsDouble(i), 10_000);
        double[] edges = pair.reference().edges();
        assertThat(edges[0]).isBetween(1.0, 1.1);
        assertThat(edges[edges.length - 1]).isBetween(20.0, 60.0);
        assertThat(pair.reference().outside()).isBetween(0.01, 0.06);
    }

    /** A value that half of the rows have is inside. */
    @Test
    void aPeakAtTheLeastValueIsDrawn() {
        IntToDoubleFunction claims = i -> i % 5 < 3 ? 0 : 1 + new SplittableRandom(i).nextDouble();
        Histogram histogram = pair(claims, claims, 5_000).reference();
        assertThat(histogram.density()[0] * width(histogram)).isCloseTo(0.6, within(0.05));
    }

    @Test
    void nothingIsDrawnOfEqualValuesOrTheWholeLine() {
        assertThat(Shapes.of(
                                ONE,
                                sums(0, 50, 50, 1, i -> 3).sample(),
                                sums(0, 50, 50, 2, i -> 3).sample())
                        .columns())
                .isEmpty();
        assertThat(pair(i -> i % 2 == 0 ? 1.5e308 : -1.5e308, i -> i, 50)).isNull();
        assertThat(Shapes.of(
                                ONE,
                                sums(0, 50, 50, 1, i -> Double.NaN).sample(),
                                sums(0, 50, 50, 2, i -> i).sample())
                        .columns())
                .isEmpty();
    }

    /** Nine tenths of the rows are one customer's: as many of the drawn ones are. */
    @Test
    void rowsAreDrawnAndNotUnits() {
        List<Object[]> rows = new ArrayList<>();
        IntStream.range(0, 10_000)
                .forEach(i -> rows.add(new Object[] {
                    i % 10 == 0 ? "c" + i : "big",
                    i % 10 == 0 ? -1 - normal(1, i) * normal(1, i) : 1 + normal(2, i) * normal(2, i)
                }));
        Table table = Spark.table("customer string, x double", rows.size(), 3, rows::get);
        Histogram histogram = TableDrift.run(
                        table, table, DriftOptions.defaults().withUnit("customer"))
                .shapes()
                .columns()
                .get("x")
                .reference();
        double negative = 0;
        for (int j = 0; j < histogram.density().length; j++) {
            negative += histogram.edges()[j + 1] <= 0 ? histogram.density()[j] * width(histogram) : 0;
        }
        assertThat(negative).isBetween(0.05, 0.15);
    }
}
