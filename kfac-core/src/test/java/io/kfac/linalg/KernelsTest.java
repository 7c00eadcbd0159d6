package io.kfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Float kernels against double arithmetic, and the SIMD ones against their scalar twin, bit for bit. */
class KernelsTest {
    private static final double MAX_ULP = 4;

    /** Its normal tail is the product of three rounded factors. */
    private static final double GELU_MAX_ULP = 6;

    /** Error that is allowed where an intermediate is subnormal: ten of the smallest floats. */
    private static final double TINY = 10 * (double) Float.MIN_VALUE;

    /** One kernel: x to y, and to a slope where it has one. */
    enum Function {
        EXP,
        SOFTPLUS,
        SOFTPLUS_MINUS,
        TANH,
        LOGISTIC,
        RELU,
        GELU;

        void value(Kernels kernels, float[] x, int offset, float[] t, float[] out, int n) {
            System.arraycopy(x, offset, out, offset, n);
            switch (this) {
                case EXP -> kernels.exp(out, offset, n);
                case SOFTPLUS -> kernels.softplus(x, offset, out, offset, n);
                case SOFTPLUS_MINUS -> kernels.softplusMinus(x, offset, t, offset, out, offset, n);
                case TANH -> kernels.tanh(out, offset, n);
                case LOGISTIC -> kernels.logistic(out, offset, n);
                case RELU -> kernels.relu(out, offset, n);
                case GELU -> kernels.gelu(out, offset, n);
            }
        }

        /** The value again, and the slope; the value alone where there is no slope. */
        void slope(Kernels kernels, float[] x, int offset, float[] t, float[] out, float[] slope, int n) {
            System.arraycopy(x, offset, out, offset, n);
            switch (this) {
                case TANH -> kernels.tanh(out, offset, slope, offset, n);
                case LOGISTIC -> kernels.logistic(out, offset, slope, offset, n);
                case RELU -> kernels.relu(out, offset, slope, offset, n);
                case GELU -> kernels.gelu(out, offset, slope, offset, n);
                case EXP, SOFTPLUS, SOFTPLUS_MINUS -> value(kernels, x, offset, t, out, n);
            }
        }
    }

    static Stream<Arguments> references() {
        return Stream.of(
                Arguments.of(Function.EXP, (DoubleUnaryOperator) Math::exp),
                Arguments.of(Function.SOFTPLUS, (DoubleUnaryOperator) DoubleKernels::softplus),
                Arguments.of(Function.TANH, (DoubleUnaryOperator) Math::tanh),
                Arguments.of(Function.LOGISTIC, (DoubleUnaryOperator) x -> 1 / (1 + Math.exp(-x))),
                Arguments.of(Function.RELU, (DoubleUnaryOperator) x -> x > 0 ? x : 0),
                Arguments.of(Function.GELU, (DoubleUnaryOperator) x -> gelu(x, false)));
    }

    static Stream<Arguments> slopes() {
        return Stream.of(
                Arguments.of(Function.TANH, (DoubleUnaryOperator) x -> 1 / Math.pow(Math.cosh(x), 2)),
                Arguments.of(Function.LOGISTIC, (DoubleUnaryOperator)
                        x -> Math.exp(-Math.abs(x)) / Math.pow(1 + Math.exp(-Math.abs(x)), 2)),
                Arguments.of(Function.RELU, (DoubleUnaryOperator) x -> x > 0 ? 1 : 0));
    }

    private static double gelu(double x, boolean derivative) {
        double[] value = {x};
        double[] slope = {0};
        DoubleKernels.gelu(value, 0, slope, 0, 1);
        return derivative ? slope[0] : value[0];
    }

    /** Every magnitude: random bit patterns, then the range where functions bend, then their switching points. */
    private static float[] inputs() {
        Random random = new Random(1);
        float[] x = new float[400_003];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 2 == 0 ? Float.intBitsToFloat(random.nextInt()) : (float) (40 * random.nextGaussian());
            if (i % 3 == 0) {
                x[i] = (float) random.nextGaussian();
            }
            if (Float.isNaN(x[i])) {
                x[i] = 0;
            }
        }
        float[] special = {0, -0f, 0.625f, -0.625f, 88.72283f, 88.73f, 89, -87.3f, -103.97f, -104.1f, 15, -15, 200, -200
        };
        System.arraycopy(special, 0, x, 7, special.length);
        return x;
    }

    private static double ulps(double expected, float actual) {
        double nearest = Math.abs((float) expected);
        double unit = Math.ulp((float) Math.max(nearest, Float.MIN_NORMAL));
        if (Double.isInfinite(nearest) || Math.abs(expected) > Float.MAX_VALUE) {
            return actual == (float) expected || Math.abs(actual) >= Float.MAX_VALUE * 0.999
                    ? 0
                    : Double.POSITIVE_INFINITY;
        }
        return Math.max(0, Math.abs(expected - actual) - TINY) / unit;
    }

    /** One assertion on the worst element: half a million of them would take seconds. */
    private static void assertWithin(double limit, float[] x, float[] y, DoubleUnaryOperator reference) {
        int worst = 0;
        double error = 0;
        for (int i = 0; i < x.length; i++) {
            double e = ulps(reference.applyAsDouble(x[i]), y[i]);
            if (!(e <= error)) {
                error = e;
                worst = i;
            }
        }
        assertThat(error).as("ulps at %s, which became %s", x[worst], y[worst]).isLessThan(limit);
    }

    @ParameterizedTest
    @MethodSource("references")
    void valuesAreRightEverywhere(Function function, DoubleUnaryOperator reference) {
        float[] x = inputs();
        float[] y = new float[x.length];
        function.value(Kernels.get(), x, 0, x, y, x.length);
        assertWithin(function == Function.GELU ? GELU_MAX_ULP : MAX_ULP, x, y, reference);
    }

    @ParameterizedTest
    @MethodSource("slopes")
    void slopesAreRightEverywhere(Function function, DoubleUnaryOperator reference) {
        float[] x = inputs();
        float[] y = new float[x.length];
        float[] slope = new float[x.length];
        function.slope(Kernels.get(), x, 0, x, y, slope, x.length);
        assertWithin(2 * MAX_ULP, x, slope, reference);
    }

    /** The derivative of GELU has a zero at -0.75, near which only its absolute error is bounded. */
    @ParameterizedTest
    @EnumSource(value = Function.class, names = "GELU")
    void slopeOfGeluIsRightEverywhere(Function function) {
        float[] x = inputs();
        float[] y = new float[x.length];
        float[] slope = new float[x.length];
        function.slope(Kernels.get(), x, 0, x, y, slope, x.length);
        for (int i = 0; i < x.length; i++) {
            double expected = gelu(x[i], true);
            double scale = x[i] < -2 ? Math.abs(expected) : 0.5;
            if (!(Math.abs(expected - slope[i]) <= 1e-6 * scale + TINY)) {
                fail("gelu'(%s) = %s, not %s", x[i], slope[i], expected);
            }
        }
    }

    /** Where softplus less x t would cancel: t = 1 and large x. */
    @ParameterizedTest
    @EnumSource(value = Function.class, names = "SOFTPLUS_MINUS")
    void crossEntropyDoesNotCancel(Function function) {
        float[] x = new float[1001];
        float[] t = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i - 500) * 0.16f;
            t[i] = i % 3 == 2 ? 0.25f : i % 3;
        }
        float[] y = new float[x.length];
        function.value(Kernels.get(), x, 0, t, y, x.length);
        for (int i = 0; i < x.length; i++) {
            double expected = t[i] == 1
                    ? DoubleKernels.softplus(-x[i])
                    : t[i] == 0 ? DoubleKernels.softplus(x[i]) : DoubleKernels.softplusMinus(x[i], t[i]);
            assertThat(ulps(expected, y[i]))
                    .as("x %s, t %s: %s", x[i], t[i], y[i])
                    .isLessThan(MAX_ULP);
        }
    }

    @ParameterizedTest
    @EnumSource(Function.class)
    void simdAndScalarGiveTheSameBits(Function function) {
        Kernels simd = Kernels.get();
        Kernels scalar = new ScalarKernels();
        assertThat(simd.description()).as("tests run with the vector module").startsWith("Vector API");
        float[] x = inputs();
        x[0] = Float.NaN;
        x[1] = Float.POSITIVE_INFINITY;
        x[2] = Float.NEGATIVE_INFINITY;
        float[] t = new float[x.length];
        for (int i = 0; i < t.length; i++) {
            t[i] = (i % 5) * 0.25f;
        }
        for (int offset : new int[] {0, 1, 13}) {
            for (int n : new int[] {0, 1, 7, 16, 33, x.length - offset}) {
                float[] y1 = new float[x.length];
                float[] y2 = new float[x.length];
                float[] s1 = new float[x.length];
                float[] s2 = new float[x.length];
                function.value(simd, x, offset, t, y1, n);
                function.value(scalar, x, offset, t, y2, n);
                assertThat(y1).as("%s, %d from %d", function, n, offset).isEqualTo(y2);
                function.slope(simd, x, offset, t, y1, s1, n);
                function.slope(scalar, x, offset, t, y2, s2, n);
                assertThat(y1).isEqualTo(y2);
                assertThat(s1).isEqualTo(s2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Function.class)
    void valueIsTheSameWithAndWithoutSlopeAndNaNStays(Function function) {
        float[] x = inputs();
        x[0] = Float.NaN;
        x[100] = Float.NaN;
        float[] t = new float[x.length];
        float[] y1 = new float[x.length];
        float[] y2 = new float[x.length];
        function.value(Kernels.get(), x, 0, t, y1, x.length);
        function.slope(Kernels.get(), x, 0, t, y2, new float[x.length], x.length);
        assertThat(y1).isEqualTo(y2);
        assertThat(y1[0]).isNaN();
        assertThat(y1[100]).isNaN();
    }

    @ParameterizedTest
    @EnumSource(Function.class)
    void infinitiesGiveTheLimit(Function function) {
        float[] x = new float[40];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 2 == 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
        }
        float[] y = new float[x.length];
        float[] slope = new float[x.length];
        function.slope(Kernels.get(), x, 0, new float[x.length], y, slope, x.length);
        float[] limits =
                switch (function) {
                    case EXP, SOFTPLUS, RELU, GELU -> new float[] {Float.POSITIVE_INFINITY, 0};
                    case TANH -> new float[] {1, -1};
                    case LOGISTIC -> new float[] {1, 0};
                    case SOFTPLUS_MINUS -> new float[] {Float.NaN, Float.NaN};
                };
        for (int i = 0; i < x.length; i++) {
            assertThat(Float.valueOf(y[i])).isEqualTo(Float.valueOf(limits[i % 2]));
            assertThat(slope[i]).isIn(0f, 1f);
        }
    }
}
