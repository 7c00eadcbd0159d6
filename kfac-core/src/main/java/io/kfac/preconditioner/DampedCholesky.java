package io.kfac.preconditioner;

import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cholesky factor of a symmetric positive semi-definite mean plus damping, with more damping where rounding made it indefinite.
 * Solving with the factor costs what multiplying with an inverse does, and making it a fifth.
 */
final class DampedCholesky {
    private static final int RETRIES = 6;

    private DampedCholesky() {}

    /** @param what named in the error, such as "G of layer 2" */
    static Cholesky of(MovingSum moments, double shift, String what) {
        double[] diagonal = new double[moments.order()];
        Arrays.fill(diagonal, shift);
        return of(moments, diagonal, what);
    }

    /** @param diagonal what is added to that of the mean, not negative */
    static Cholesky of(MovingSum moments, double[] diagonal, String what) {
        DoubleMatrix damped = DoubleMatrix.zeros(moments.order(), moments.order());
        double least = Arrays.stream(diagonal).min().orElse(0);
        double tried = least;
        for (int attempt = 0; attempt <= RETRIES; attempt++) {
            moments.meanPlus(tried - least, diagonal, damped);
            Optional<Cholesky> factor = Cholesky.of(damped);
            if (factor.isPresent()) {
                return factor.get();
            }
            tried = Math.max(10 * tried, 1e-12 * Math.max(moments.trace() / moments.order(), Double.MIN_NORMAL));
        }
        throw new ArithmeticException(
                ("Cannot invert %s (order %d, mean diagonal %.3g) even with damping %.3g: the statistics"
                                + " are not finite or far from positive; check the data for huge values, or raise the damping")
                        .formatted(what, moments.order(), moments.trace() / moments.order(), tried));
    }
}
