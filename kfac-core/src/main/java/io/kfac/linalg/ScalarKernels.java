package io.kfac.linalg;

import static io.kfac.linalg.KernelConstants.*;

/** {@link Kernels} one element at a time, operation for operation as in {@link VectorKernels}. */
final class ScalarKernels implements Kernels {
    @Override
    public String description() {
        return "scalar";
    }

    @Override
    public void exp(float[] x, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            x[i] = exp(x[i], 0);
        }
    }

    @Override
    public void softplus(float[] x, int offset, float[] out, int outOffset, int length) {
        for (int i = 0; i < length; i++) {
            float v = x[offset + i];
            out[outOffset + i] = Math.max(v, 0) + log1pOfExp(-Math.abs(v));
        }
    }

    @Override
    public void softplusMinus(float[] x, int offset, float[] t, int tOffset, float[] out, int outOffset, int length) {
        for (int i = 0; i < length; i++) {
            float v = x[offset + i];
            out[outOffset + i] = Math.fma(-v, t[tOffset + i], Math.max(v, 0)) + log1pOfExp(-Math.abs(v));
        }
    }

    @Override
    public void tanh(float[] z, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            float a = Math.abs(z[i]);
            float e = exp(-2 * a, 0);
            float large = (1 - e) * (1 / (1 + e));
            z[i] = withSign(a < TANH_SMALL ? tanhSmall(a) : large, z[i]);
        }
    }

    @Override
    public void tanh(float[] z, int offset, float[] slope, int slopeOffset, int length) {
        for (int i = 0; i < length; i++) {
            float x = z[offset + i];
            float a = Math.abs(x);
            float e = exp(-2 * a, 0);
            float q = 1 / (1 + e);
            float small = tanhSmall(a);
            z[offset + i] = withSign(a < TANH_SMALL ? small : (1 - e) * q, x);
            slope[slopeOffset + i] = a < TANH_SMALL ? Math.fma(-small, small, 1) : 4 * e * q * q;
        }
    }

    @Override
    public void logistic(float[] z, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            float e = exp(-Math.abs(z[i]), 0);
            float q = 1 / (1 + e);
            z[i] = z[i] < 0 ? e * q : q;
        }
    }

    @Override
    public void logistic(float[] z, int offset, float[] slope, int slopeOffset, int length) {
        for (int i = 0; i < length; i++) {
            float x = z[offset + i];
            float e = exp(-Math.abs(x), 0);
            float q = 1 / (1 + e);
            z[offset + i] = x < 0 ? e * q : q;
            slope[slopeOffset + i] = e * q * q;
        }
    }

    @Override
    public void relu(float[] z, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            z[i] = Math.max(z[i], 0);
        }
    }

    @Override
    public void relu(float[] z, int offset, float[] slope, int slopeOffset, int length) {
        for (int i = 0; i < length; i++) {
            float x = z[offset + i];
            z[offset + i] = Math.max(x, 0);
            slope[slopeOffset + i] = x > 0 ? 1 : 0;
        }
    }

    @Override
    public void gelu(float[] z, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            float a = Math.min(Math.abs(z[i]), GELU_MAX);
            z[i] = Math.max(z[i], 0) - a * (expOfHalfSquare(a) * tailRatio(a));
        }
    }

    @Override
    public void gelu(float[] z, int offset, float[] slope, int slopeOffset, int length) {
        for (int i = 0; i < length; i++) {
            float x = z[offset + i];
            float a = Math.min(Math.abs(x), GELU_MAX);
            float e = expOfHalfSquare(a);
            float tail = e * tailRatio(a);
            z[offset + i] = Math.max(x, 0) - a * tail;
            slope[slopeOffset + i] = Math.fma(x < 0 ? -a : a, e * NORMAL, x < 0 ? tail : 1 - tail);
        }
    }

    /** exp(x + low), low so small that it does not change how x is reduced. */
    private static float exp(float x, float low) {
        float clamped = Math.max(Math.min(x, EXP_MAX), EXP_MIN);
        float shifted = Math.fma(clamped, LOG2_E, ROUNDER);
        float n = shifted - ROUNDER;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, clamped)) + low;
        float p = Math.fma(Math.fma(Math.fma(Math.fma(E4, r, E3), r, E2), r, E1), r, E0);
        float e = Math.fma(p, r * r, r) + 1;
        // Two steps, so that neither scale overflows where the result is subnormal or just finite.
        int power = Float.floatToRawIntBits(shifted) - ROUNDER_BITS;
        int half = power >> 1;
        return e * Float.intBitsToFloat((half + 127) << 23) * Float.intBitsToFloat((power - half + 127) << 23);
    }

    /** log(1 + exp(x)), x at most 0. */
    private static float log1pOfExp(float x) {
        float e = exp(x, 0);
        float s = e / (2 + e);
        float u = s * s;
        float p = Math.fma(Math.fma(Math.fma(L3, u, L2), u, L1), u, L0);
        return 2 * Math.fma(s * u, p, s);
    }

    private static float tanhSmall(float a) {
        float u = a * a;
        float p = Math.fma(Math.fma(Math.fma(Math.fma(T4, u, T3), u, T2), u, T1), u, T0);
        return Math.fma(a * u, p, a);
    }

    /** exp(-a^2 / 2), with the rounding error of the square put back: it would cost 100 ulp in the tails. */
    private static float expOfHalfSquare(float a) {
        float square = a * a;
        float low = Math.fma(a, a, -square);
        return exp(-0.5f * square, -0.5f * low);
    }

    /** (1 - Phi(a)) / exp(-a^2 / 2). */
    private static float tailRatio(float a) {
        float t = 1 / Math.fma(a, GELU_T, 1);
        float p = Math.fma(Math.fma(Math.fma(Math.fma(G9, t, G8), t, G7), t, G6), t, G5);
        p = Math.fma(Math.fma(Math.fma(Math.fma(Math.fma(p, t, G4), t, G3), t, G2), t, G1), t, G0);
        return t * p;
    }

    private static float withSign(float magnitude, float sign) {
        return sign < 0 ? -magnitude : magnitude;
    }

    @Override
    public void addTo(double alpha, float[] x, int offset, double[] y, int yOffset, int length) {
        for (int i = 0; i < length; i++) {
            y[yOffset + i] = Math.fma(alpha, x[offset + i], y[yOffset + i]);
        }
    }

    @Override
    public double dot(float[] x, int offset, double[] y, int yOffset, int length) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i <= length - 2; i += 2) {
            even += x[offset + i] * y[yOffset + i];
            odd += x[offset + i + 1] * y[yOffset + i + 1];
        }
        return even + odd + (i < length ? x[offset + i] * y[yOffset + i] : 0);
    }
}
