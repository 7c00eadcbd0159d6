package io.kfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SymmetricPackingTest {
    @ParameterizedTest
    @EnumSource(Layout.class)
    void roundTrips(Layout layout) {
        for (int n : new int[] {0, 1, 2, 9}) {
            int size = SymmetricPacking.size(n);
            DoubleMatrix x = (DoubleMatrix) layout.random(Precision.DOUBLE, n, n, 1);
            double[] packed = new double[size + 5];
            SymmetricPacking.pack(x, packed, 3);
            DoubleMatrix y = (DoubleMatrix) layout.zeros(Precision.DOUBLE, n, n);
            SymmetricPacking.unpack(packed, 3, y);
            FloatMatrix f = (FloatMatrix) layout.random(Precision.FLOAT, n, n, 1);
            float[] packedFloats = new float[size + 5];
            SymmetricPacking.pack(f, packedFloats, 3);
            FloatMatrix g = (FloatMatrix) layout.zeros(Precision.FLOAT, n, n);
            SymmetricPacking.unpack(packedFloats, 3, g);
            double[][] lower = MatrixTest.elements(x);
            for (int i = 0; i < n; i++) {
                for (int j = i + 1; j < n; j++) {
                    lower[i][j] = 0;
                }
            }
            MatrixTest.assertSame(y, lower, 0);
            MatrixTest.assertSame(g, lower, 0);
            assertThat(packed[2]).isZero();
            assertThat(packed[size + 3]).isZero();
        }
    }

    @Test
    void liesRowAfterRow() {
        double[] packed = new double[3];
        SymmetricPacking.pack(DoubleMatrix.of(2, 2, new double[] {1, 99, 2, 3}), packed, 0);
        assertThat(packed).containsExactly(1, 2, 3);
    }

    @Test
    void refusesWhatDoesNotFit() {
        DoubleMatrix x = DoubleMatrix.zeros(3, 3);
        assertThatIllegalArgumentException().isThrownBy(() -> SymmetricPacking.pack(x, new double[6], 1));
        assertThatIllegalArgumentException().isThrownBy(() -> SymmetricPacking.unpack(new double[5], 0, x));
        assertThatIllegalArgumentException().isThrownBy(() -> SymmetricPacking.pack(x, new double[9], -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SymmetricPacking.pack(DoubleMatrix.zeros(2, 3), new double[9], 0));
        assertThatIllegalArgumentException().isThrownBy(() -> SymmetricPacking.size(1 << 17));
    }
}
