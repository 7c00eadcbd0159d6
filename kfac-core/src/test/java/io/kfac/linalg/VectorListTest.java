package io.kfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorListTest {
    private final Random random = new Random(3);

    /** Within a chunk, at its ends, and over several. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 33, 4095, 4096, 4097, 20_001})
    void agreesWithSumsWrittenOut(int length) {
        VectorList list = new VectorList(length);
        float[][] vectors = new float[3][length];
        for (float[] vector : vectors) {
            DoubleMatrix row = DoubleMatrix.zeros(1, length);
            for (int i = 0; i < length; i++) {
                row.set(0, i, random.nextGaussian());
                vector[i] = (float) row.get(0, i);
            }
            list.add(row);
        }
        DoubleMatrix v = DoubleMatrix.zeros(1, length);
        for (int i = 0; i < length; i++) {
            v.set(0, i, random.nextGaussian());
        }
        double[] dots = list.dots(v);
        double[] shares = {2, 0, -0.5};
        DoubleMatrix sum = (DoubleMatrix) v.copy();
        list.addTo(sum, shares);
        for (int k = 0; k < 3; k++) {
            double dot = 0;
            for (int i = 0; i < length; i++) {
                dot += vectors[k][i] * v.get(0, i);
            }
            assertThat(dots[k]).isCloseTo(dot, within(1e-13 * length));
            assertThat(list.get(k).get(0, length - 1)).isEqualTo(vectors[k][length - 1]);
        }
        for (int i = 0; i < length; i++) {
            assertThat(sum.get(0, i)).isCloseTo(v.get(0, i) + 2 * vectors[0][i] - 0.5 * vectors[2][i], within(1e-14));
        }
        assertThat(list.dots(v)).isEqualTo(dots);
        assertThat(list.dots(List.of(sum, v))).isDeepEqualTo(new double[][] {list.dots(sum), dots});
        DoubleMatrix again = (DoubleMatrix) v.copy();
        assertThat(list.addToThenDots(again, shares)).isEqualTo(list.dots(sum));
        assertThat(again.data()).isEqualTo(sum.data());
    }

    @Test
    void refusesOtherLengths() {
        VectorList list = new VectorList(4);
        assertThatThrownBy(() -> list.add(DoubleMatrix.zeros(1, 5))).isInstanceOf(IllegalArgumentException.class);
    }
}
