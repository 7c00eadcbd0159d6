package io.kfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Dense rows against naive loops, and sparse rows against dense ones. */
class FeaturesTest {
    private static final int ROWS = 23;
    private static final int COLS = 11;

    /** Precision, density: full enough to transpose weights, and too empty for that. */
    static Stream<Arguments> cases() {
        return Arrays.stream(Precision.values())
                .flatMap(p -> Stream.of(Arguments.of(p, 0.4), Arguments.of(p, 0.03), Arguments.of(p, 0.0)));
    }

    private static double tolerance(Precision precision) {
        return precision == Precision.FLOAT ? 3e-5 : 1e-12;
    }

    private static Matrix sparseMatrix(Precision precision, double density) {
        Matrix x = Layout.COLUMNS.random(precision, ROWS, COLS, 1);
        Random random = new Random(2);
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < COLS; j++) {
                if (random.nextDouble() >= density) {
                    x.set(i, j, 0);
                }
            }
        }
        return x;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void partsAreEntriesOfOneSign(Precision precision, double density) {
        Matrix x = sparseMatrix(precision, density);
        for (Features features : List.of(new DenseFeatures(x), csr(x))) {
            for (int sign : new int[] {1, -1}) {
                Matrix part = Matrix.zeros(precision, ROWS, COLS);
                features.part(sign).copyTo(part);
                for (int i = 0; i < ROWS; i++) {
                    for (int j = 0; j < COLS; j++) {
                        double kept = sign * x.get(i, j);
                        assertThat(part.get(i, j)).isEqualTo(kept > 0 ? kept : 0);
                    }
                }
            }
        }
    }

    private static CsrFeatures csr(Matrix x) {
        int[] starts = new int[x.rows() + 1];
        int[] columns = new int[x.rows() * x.cols()];
        double[] values = new double[columns.length];
        int used = 0;
        for (int i = 0; i < x.rows(); i++) {
            for (int j = 0; j < x.cols(); j++) {
                if (x.get(i, j) != 0) {
                    columns[used] = j;
                    values[used++] = x.get(i, j);
                }
            }
            starts[i + 1] = used;
        }
        columns = Arrays.copyOf(columns, used);
        if (x.precision() == Precision.DOUBLE) {
            return new CsrFeatures(x.rows(), x.cols(), starts, columns, Arrays.copyOf(values, used));
        }
        float[] floats = new float[used];
        for (int k = 0; k < used; k++) {
            floats[k] = (float) values[k];
        }
        return new CsrFeatures(x.rows(), x.cols(), starts, columns, floats);
    }

    /** Wide rows in double take a way of their own. */
    @ParameterizedTest
    @EnumSource
    void productsOfWideRowsAreThoseOfNaiveLoops(Precision precision) {
        int wide = 300;
        Matrix x = Layout.COLUMNS.random(precision, ROWS, wide, 1);
        for (Layout layout : Layout.values()) {
            Matrix w = layout.random(precision, 3, wide, 4);
            Matrix found = layout.random(precision, ROWS, 3, 5);
            new DenseFeatures(x).timesTransposed(w, found);
            for (int i = 0; i < ROWS; i++) {
                for (int k = 0; k < 3; k++) {
                    double expected = 0;
                    for (int j = 0; j < wide; j++) {
                        expected += x.get(i, j) * w.get(k, j);
                    }
                    assertThat(found.get(i, k)).isCloseTo(expected, within(10 * tolerance(precision)));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void productsOfSparseRowsAreThoseOfDenseOnes(Precision precision, double density) {
        Matrix x = sparseMatrix(precision, density);
        DenseFeatures dense = new DenseFeatures(x);
        CsrFeatures sparse = csr(x);
        double[] weights = new Random(3).doubles(ROWS, -1, 2).toArray();
        weights[4] = 0;
        for (Layout layout : Layout.values()) {
            for (int outputs : new int[] {1, 3, 20}) {
                Matrix w = layout.random(precision, outputs, COLS, 4);
                Matrix expected = Matrix.zeros(precision, ROWS, outputs);
                dense.timesTransposed(w, expected);
                Matrix actual = layout.random(precision, ROWS, outputs, 5);
                sparse.timesTransposed(w, actual);
                MatrixTest.assertSame(actual, MatrixTest.elements(expected), tolerance(precision));

                Matrix delta = layout.random(precision, ROWS, outputs, 6);
                Matrix sum = layout.random(precision, outputs, COLS, 7);
                Matrix expectedSum = sum.copy();
                dense.addTransposedTimes(delta, expectedSum);
                sparse.addTransposedTimes(delta, sum);
                MatrixTest.assertSame(sum, MatrixTest.elements(expectedSum), tolerance(precision));
            }
            for (double[] w : List.of(weights, new double[0])) {
                Matrix gram = layout.random(precision, COLS, COLS, 8);
                Matrix expected = gram.copy();
                dense.addGram(w, expected);
                sparse.addGram(w, gram);
                MatrixTest.assertSame(gram, MatrixTest.elements(expected), tolerance(precision));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void denseGramWeighsRowsWithEitherSign(Precision precision) {
        for (int rows : new int[] {ROWS, 9000}) {
            Matrix x = Layout.ROWS.random(precision, rows, COLS, 1);
            double[] weights = new Random(3).doubles(rows, -1, 2).toArray();
            Matrix gram = Layout.COMPACT.random(precision, COLS, COLS, 8);
            double[][] expected = MatrixTest.elements(gram);
            for (int i = 0; i < COLS; i++) {
                for (int j = 0; j <= i; j++) {
                    for (int k = 0; k < rows; k++) {
                        expected[i][j] += weights[k] * x.get(k, i) * x.get(k, j);
                    }
                }
            }
            new DenseFeatures(x).addGram(weights, gram);
            MatrixTest.assertSame(gram, expected, tolerance(precision) * Math.sqrt(rows));
        }
    }

    /** Few and many weights, narrow and wide rows: each sum is that of its weights alone. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void manyGramMatricesAreEachItsOwn(Precision precision) {
        for (int columns : new int[] {COLS, 130}) {
            for (int count : new int[] {3, 20}) {
                for (Layout layout : Layout.values()) {
                    Matrix x = layout.random(precision, 300, columns, 1);
                    Matrix weights = layout.random(precision, 300, count, 2);
                    List<Matrix> grams = new ArrayList<>();
                    List<Matrix> expected = new ArrayList<>();
                    double[] column = new double[300];
                    for (int b = 0; b < count; b++) {
                        grams.add(layout.random(precision, columns, columns, 3));
                        expected.add(grams.get(b).copy());
                        weights.getColumn(b, column);
                        new DenseFeatures(x).addGram(column, expected.get(b));
                    }
                    for (Features features : List.of(new DenseFeatures(x), csr(x))) {
                        List<Matrix> sums = grams.stream().map(Matrix::copy).toList();
                        features.addGrams(weights, sums);
                        for (int b = 0; b < count; b++) {
                            MatrixTest.assertSame(
                                    sums.get(b), MatrixTest.elements(expected.get(b)), 20 * tolerance(precision));
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void weightsThatAreNotNumbersAreNotLost(Precision precision) {
        Matrix x = Layout.COMPACT.random(precision, 3, 2, 1);
        for (Features features : List.of(new DenseFeatures(x), csr(x))) {
            Matrix gram = Matrix.zeros(precision, 2, 2);
            features.addGram(new double[] {1, Double.NaN, 1}, gram);
            assertThat(gram.get(1, 0)).isNaN();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void copiesAllOrAllButTheLastColumn(Precision precision, double density) {
        Matrix x = sparseMatrix(precision, density);
        for (Features features : List.of(new DenseFeatures(x), csr(x))) {
            for (int cols : new int[] {COLS, COLS - 1}) {
                Matrix out = Layout.COLUMNS.random(precision, ROWS, cols, 9);
                features.copyTo(out);
                MatrixTest.assertSame(out, MatrixTest.elements(x.colRange(0, cols)), 0);
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> features.copyTo(Matrix.zeros(precision, ROWS, COLS - 2)));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void bufferHoldsTheRowsAskedForInOrder(Precision precision, double density) {
        Matrix x = sparseMatrix(precision, density);
        int[][] batches = {{}, {3, 4, 5, 22, 0, 1, 1, 7}, {9}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
        for (Features features : List.of(new DenseFeatures(x), new DenseFeatures(x.copy()), csr(x))) {
            FeatureBuffer buffer = FeatureBuffer.like(features, 4);
            for (int round = 0; round < 2; round++) {
                buffer.clear();
                int held = 0;
                for (int[] batch : batches) {
                    int[] longer = Arrays.copyOf(batch, batch.length + 2);
                    features.appendTo(buffer, longer, batch.length);
                    assertThat(buffer.rows()).isEqualTo(held + batch.length);
                    Matrix seen = Matrix.zeros(precision, buffer.rows(), COLS);
                    buffer.view().copyTo(seen);
                    for (int i = 0; i < batch.length; i++) {
                        MatrixTest.assertSame(
                                seen.rowRange(held + i, held + i + 1).copy(),
                                MatrixTest.elements(x.rowRange(batch[i], batch[i] + 1)),
                                0);
                    }
                    held += batch.length;
                }
            }
            assertThatIllegalArgumentException().isThrownBy(() -> features.appendTo(buffer, new int[] {ROWS}, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> features.appendTo(buffer, new int[] {-1}, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> features.appendTo(buffer, new int[] {1}, 2));
        }
        FeatureBuffer dense = FeatureBuffer.like(new DenseFeatures(x), 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> csr(x).appendTo(dense, new int[] {0}, 1))
                .withMessageContainingAll("sparse", "dense");
    }

    @Test
    void warmBufferDoesNotGrow() {
        Matrix x = sparseMatrix(Precision.FLOAT, 0.4);
        int[] rows = {5, 6, 7, 2};
        FeatureBuffer buffer = FeatureBuffer.like(new DenseFeatures(x), rows.length);
        float[] before = storage(buffer);
        for (int step = 0; step < 3; step++) {
            buffer.clear();
            new DenseFeatures(x).appendTo(buffer, rows, rows.length);
            assertThat(storage(buffer)).isSameAs(before);
        }
        new DenseFeatures(x).appendTo(buffer, rows, 1);
        assertThat(storage(buffer)).isNotSameAs(before);
    }

    private static float[] storage(FeatureBuffer buffer) {
        return ((FloatMatrix) ((DenseFeatures) buffer.view()).matrix()).data();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void survivesSerialisationAlsoAsAView(Precision precision, double density) throws Exception {
        Matrix x = sparseMatrix(precision, density);
        for (Features features : List.of(new DenseFeatures(x), csr(x))) {
            FeatureBuffer buffer = FeatureBuffer.like(features, 50);
            features.appendTo(buffer, new int[] {2, 3, 9}, 3);
            Features back = MatrixTest.roundTrip(buffer.view());
            assertThat(back.bytes()).isEqualTo(buffer.view().bytes());
            assertThat(back.precision()).isEqualTo(precision);
            Matrix expected = Matrix.zeros(precision, 3, COLS);
            buffer.view().copyTo(expected);
            Matrix actual = Matrix.zeros(precision, 3, COLS);
            back.copyTo(actual);
            MatrixTest.assertSame(actual, MatrixTest.elements(expected), 0);
            Matrix whole = Matrix.zeros(precision, ROWS, COLS);
            MatrixTest.roundTrip(features).copyTo(whole);
            MatrixTest.assertSame(whole, MatrixTest.elements(x), 0);
        }
    }

    @Test
    void sendsOnlyTheEntriesOfItsRows() throws Exception {
        int[] starts = {2, 3, 5, 9};
        int[] columns = {9, 9, 3, 0, 4, 9};
        CsrFeatures window = new CsrFeatures(2, 5, starts, columns, new float[] {9, 9, 1, 2, 3, 9});
        CsrFeatures back = MatrixTest.roundTrip(window);
        assertThat(back.columns()).containsExactly(3, 0, 4);
        Matrix out = FloatMatrix.zeros(2, 5);
        back.copyTo(out);
        MatrixTest.assertSame(out, new double[][] {{0, 0, 0, 1, 0}, {2, 0, 0, 0, 3}}, 0);
    }

    @Test
    void countsItsBytes() {
        assertThat(new DenseFeatures(FloatMatrix.zeros(3, 5)).bytes()).isEqualTo(60);
        assertThat(new CsrFeatures(2, 5, new int[] {0, 1, 3}, new int[] {4, 0, 1}, new double[3]).bytes())
                .isEqualTo(3 * 12 + 3 * 4);
    }

    @Test
    void refusesArraysThatAreNotSparseRows() {
        float[] values = {1, 2, 3};
        int[] columns = {4, 0, 1};
        new CsrFeatures(2, 5, new int[] {0, 1, 3}, columns, values);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CsrFeatures(2, 4, new int[] {0, 1, 3}, columns, values))
                .withMessageContaining("column 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CsrFeatures(2, 5, new int[] {0, 2, 3}, columns, values))
                .withMessageContaining("column 0 after 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CsrFeatures(2, 5, new int[] {0, 1, 4}, columns, values));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CsrFeatures(2, 5, new int[] {1, 0, 3}, columns, values));
        assertThatIllegalArgumentException().isThrownBy(() -> new CsrFeatures(2, 5, new int[] {0, 1}, columns, values));
    }

    @Test
    void refusesOtherShapesAndPrecisions() {
        CsrFeatures sparse = csr(sparseMatrix(Precision.FLOAT, 0.4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sparse.timesTransposed(FloatMatrix.zeros(3, COLS + 1), FloatMatrix.zeros(ROWS, 3)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sparse.timesTransposed(FloatMatrix.zeros(3, COLS), FloatMatrix.zeros(ROWS, 4)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sparse.timesTransposed(DoubleMatrix.zeros(3, COLS), FloatMatrix.zeros(ROWS, 3)))
                .withMessageContaining("DOUBLE");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sparse.addTransposedTimes(FloatMatrix.zeros(ROWS, 2), FloatMatrix.zeros(3, COLS)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sparse.addGram(new double[ROWS - 1], FloatMatrix.zeros(COLS, COLS)));
    }
}
