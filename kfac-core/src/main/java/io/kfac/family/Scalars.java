package io.kfac.family;

/** Scalar functions that lose no digits near zero. */
final class Scalars {
    private Scalars() {}

    /** exp(x) - 1 - x. */
    static double expm1MinusX(double x) {
        if (Math.abs(x) < 0.03) {
            // The series to x^7 / 7!: the first term left out is below 1e-16 of the sum.
            return x * x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6 * (1 + x / 7)))));
        }
        return Math.exp(x) - 1 - x;
    }
}
