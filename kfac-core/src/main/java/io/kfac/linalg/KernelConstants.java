package io.kfac.linalg;

/**
 * Polynomials of the float kernels, least-squares fits at Chebyshev nodes in 40-digit arithmetic, weighted for relative
 * error, which is below 5e-9 each (a float's ulp is 6e-8 to 1.2e-7).
 */
final class KernelConstants {
    /** Beyond these exp is infinite or rounds to zero. */
    static final float EXP_MAX = 89;

    static final float EXP_MIN = -104.5f;

    static final float LOG2_E = 1.442695f;

    /** 1.5 * 2^23: adding it rounds a small float to an integer, which then stands in the low bits. */
    static final float ROUNDER = 12582912;

    static final int ROUNDER_BITS = 0x4B400000;

    /** log 2 in two parts; the first has few bits, so that its product with an integer is exact. */
    static final float LN2_HIGH = 355f / 512;

    static final float LN2_LOW = -0.00021219444f;

    /** exp(r) = 1 + r + r^2 (E0 + E1 r + ...), |r| at most log(2) / 2. */
    static final float E0 = 0.49999988f;

    static final float E1 = 0.16666518f;
    static final float E2 = 0.041669533f;
    static final float E3 = 0.008368923f;
    static final float E4 = 0.0013751382f;

    /** log(1 + e) = 2 atanh(s) = 2 (s + s u (L0 + L1 u + ...)), s = e / (2 + e), u = s^2, e in [0, 1]. */
    static final float L0 = 0.33333206f;

    static final float L1 = 0.20010896f;
    static final float L2 = 0.13999087f;
    static final float L3 = 0.1401382f;

    /**
     * tanh(x) = x + x u (T0 + T1 u + ...), u = x^2, below {@link #TANH_SMALL}; above it, (1 - e) / (1 + e), e = exp(-2
     * x).
     */
    static final float TANH_SMALL = 0.625f;

    static final float T0 = -0.3333328f;
    static final float T1 = 0.13331431f;
    static final float T2 = -0.053739157f;
    static final float T3 = 0.020637862f;
    static final float T4 = -0.0057040425f;

    /**
     * 1 - Phi(a) = exp(-a^2 / 2) t (G0 + G1 t + ...), t = 1 / (1 + GELU_T a), a in [0, GELU_MAX]; it is 0 at GELU_MAX.
     */
    static final float GELU_MAX = 15;

    static final float GELU_T = 0.3f;
    static final float G0 = 0.11968727f;
    static final float G1 = 0.11956007f;
    static final float G2 = 0.11033726f;
    static final float G3 = 0.07789724f;
    static final float G4 = 0.09762378f;
    static final float G5 = -0.08222338f;
    static final float G6 = 0.19521828f;
    static final float G7 = -0.23083034f;
    static final float G8 = 0.11356315f;
    static final float G9 = -0.020833317f;

    /** 1 / sqrt(2 pi). */
    static final float NORMAL = 0.3989423f;

    private KernelConstants() {}
}
