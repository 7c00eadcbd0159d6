package io.kfac.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortableTest {
    private record Sums(float[] floats, double[] doubles, List<double[]> more) implements Serializable {}

    @Test
    void numbersArriveBitForBit() {
        float[] floats = {0, -0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, 1 / 3f};
        double[] doubles = {-0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE, 1 / 3.0};
        List<double[]> more = new ArrayList<>(List.of(new double[0], doubles));
        Sums copy = Portable.fromBytes(Portable.toBytes(new Sums(floats, doubles, more)), Sums.class);
        for (int i = 0; i < floats.length; i++) {
            assertThat(Float.floatToRawIntBits(copy.floats()[i])).isEqualTo(Float.floatToRawIntBits(floats[i]));
        }
        assertThat(copy.doubles()).containsExactly(doubles);
        assertThat(copy.more().get(0)).isEmpty();
        // One array that is in two places stays one.
        assertThat(copy.more().get(1)).isSameAs(copy.doubles());
    }

    @Test
    void anExpectedSizeIsNoLimit() {
        double[] values = new double[10_000];
        values[9_999] = 7;
        assertThat(Portable.fromBytes(Portable.toBytes(values, 10), double[].class))
                .containsExactly(values);
    }
}
