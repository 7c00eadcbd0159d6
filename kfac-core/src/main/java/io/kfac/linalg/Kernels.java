package io.kfac.linalg;

/**
 * Elementwise float functions on runs of an array. Two implementations that agree bit for bit: {@link VectorKernels}
 * with the incubating Vector API, and {@link ScalarKernels}, its twin for JVMs without that module and for the ends of
 * runs. Both use their own polynomials with fused multiply-add and never Math.exp and the like, whose results differ
 * between the interpreter and compiled code and which (tanh, log1p) are slow calls on Java 17. Errors stay below 4 ulp,
 * 6 for GELU and 8 for slopes (more only where a result or intermediate is subnormal); NaN gives NaN. An input may be
 * its own output; outputs do not overlap.
 */
interface Kernels {

    /** The implementation of this JVM. */
    static Kernels get() {
        return KernelsHolder.CHOSEN;
    }

    /** For logs: {@code "Vector API, 512 bits"}. */
    String description();

    /** x = exp(x). */
    void exp(float[] x, int offset, int length);

    /** out = log(1 + exp(x)). */
    void softplus(float[] x, int offset, float[] out, int outOffset, int length);

    /**
     * out = log(1 + exp(x)) - x t, with no cancellation where t is 0 or 1: the cross-entropy of a Bernoulli with
     * log-odds x.
     */
    void softplusMinus(float[] x, int offset, float[] t, int tOffset, float[] out, int outOffset, int length);

    /** z = tanh(z). */
    void tanh(float[] z, int offset, int length);

    /** slope = tanh'(z), z = tanh(z). */
    void tanh(float[] z, int offset, float[] slope, int slopeOffset, int length);

    /** z = 1 / (1 + exp(-z)). */
    void logistic(float[] z, int offset, int length);

    /** slope = logistic'(z), z = logistic(z). */
    void logistic(float[] z, int offset, float[] slope, int slopeOffset, int length);

    /** z = max(z, 0). */
    void relu(float[] z, int offset, int length);

    /** slope = 1 where z is positive, else 0; z = max(z, 0). */
    void relu(float[] z, int offset, float[] slope, int slopeOffset, int length);

    /** z = z Phi(z), Phi the normal distribution function (the exact GELU, by the error function). */
    void gelu(float[] z, int offset, int length);

    /** slope = Phi(z) + z phi(z), z = z Phi(z). */
    void gelu(float[] z, int offset, float[] slope, int slopeOffset, int length);

    /** y += alpha x, each sum rounded once. */
    void addTo(double alpha, float[] x, int offset, double[] y, int yOffset, int length);

    /**
     * The sum of x y, in double. The one function here whose order, and so its last bits, depend on the width of the vectors: the same on
     * one machine, for use on the driver alone.
     */
    double dot(float[] x, int offset, double[] y, int yOffset, int length);
}
