package io.kfac.linalg;

/**
 * Polynomials of the float kernels, least-squares fits at Chebyshev nodes in 40-digit arithmetic, weighted for relative error, which is
 * below 5e-9 each (a float's ulp is 6e-8 to 1.2e-7).
 */
final class KernelConstants {
    /** Beyond these exp is infinite or rounds to zero. */
    static final float EXP_MAX = 89;

    static final float EXP_MIN = -104.5f;

    static final float LOG2_E = 1.44269504f;

    /** 1.5 * 2^23: adding it rounds a small float to an integer, which then stands in the low bits. */
    static final float ROUNDER = 12582912;

    static final int ROUNDER_BITS = 0x4B400000;

    /** log 2 in two parts; the first has few bits, so that its product with an integer is exact. */
    static final float LN2_HIGH = 0.693359375f;

    static final float LN2_LOW = -2.12194440e-4f;

    /** exp(r) = 1 + r + r^2 (E0 + E1 r + ...), |r| at most log(2) / 2. */
    static final float E0 = 0.499999885884f;

    static final float E1 = 0.166665184011f;
    static final float E2 = 0.0416695342249f;
    static final float E3 = 0.0083689234272f;
    static final float E4 = 0.00137513821425f;

    /** log(1 + e) = 2 atanh(s) = 2 (s + s u (L0 + L1 u + ...)), s = e / (2 + e), u = s^2, e in [0, 1]. */
    static final float L0 = 0.33333205234f;

    static final float L1 = 0.200108954274f;
    static final float L2 = 0.139990866292f;
    static final float L3 = 0.140138197841f;

    /** tanh(x) = x + x u (T0 + T1 u + ...), u = x^2, below {@link #TANH_SMALL}; above it, (1 - e) / (1 + e), e = exp(-2 x). */
    static final float TANH_SMALL = 0.625f;

    static final float T0 = -0.333332812841f;
    static final float T1 = 0.133314317535f;
    static final float T2 = -0.0537391565035f;
    static final float T3 = 0.0206378614888f;
    static final float T4 = -0.00570404252449f;

    /** 1 - Phi(a) = exp(-a^2 / 2) t (G0 + G1 t + ...), t = 1 / (1 + GELU_T a), a in [0, GELU_MAX]; it is 0 at GELU_MAX. */
    static final float GELU_MAX = 15;

    static final float GELU_T = 0.3f;
    static final float G0 = 0.1196872644f;
    static final float G1 = 0.1195600693f;
    static final float G2 = 0.1103372546f;
    static final float G3 = 0.07789724266f;
    static final float G4 = 0.09762377967f;
    static final float G5 = -0.08222337656f;
    static final float G6 = 0.1952182752f;
    static final float G7 = -0.2308303439f;
    static final float G8 = 0.1135631502f;
    static final float G9 = -0.02083331756f;

    /** 1 / sqrt(2 pi). */
    static final float NORMAL = 0.398942280401f;

    private KernelConstants() {}
}
