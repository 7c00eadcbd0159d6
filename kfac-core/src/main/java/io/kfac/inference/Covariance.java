package io.kfac.inference;

import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix.Transpose;
import java.util.Optional;
import java.util.stream.IntStream;

/** The asymptotic covariance of estimates: the inverse of the Fisher information (the Cramer-Rao bound). */
public final class Covariance {
    /**
     * Shares of a diagonal of ones that may stand in for directions without any curvature left, along which estimates go on for
     * ever: those of the others do not see it.
     */
    private static final double[] FLOORS = {0, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10};

    private Covariance() {}

    /**
     * Of the parameters, where as many as the data leave open are held at a value of any one's choice. Functions of the parameters
     * that the data determine have the same covariance whichever are held, as do contrasts of classes (Searle 1971, sec. 5.4).
     * @param fisher p x p, summed over rows, lower triangle; not modified
     * @param meat   p x p covariance of the scores, summed over rows, lower triangle, for sandwich errors (Huber 1967, White 1982)
     * @param held   p: which are held
     * @return p x p, zeros where parameters are held; empty where the Fisher is not positive or not finite
     */
    public static Optional<DoubleMatrix> of(DoubleMatrix fisher, Optional<DoubleMatrix> meat, boolean... held) {
        int[] free = IntStream.range(0, held.length).filter(i -> !held[i]).toArray();
        double[] scale = new double[free.length];
        for (int i = 0; i < free.length; i++) {
            double diagonal = fisher.get(free[i], free[i]);
            scale[i] = diagonal > 0 ? 1 / Math.sqrt(diagonal) : 1;
        }
        return factor(scaled(fisher, scale, free)).map(factor -> {
            DoubleMatrix inverse = factor.inverse();
            DoubleMatrix covariance =
                    meat.map(m -> sandwich(inverse, scaled(m, scale, free))).orElse(inverse);
            return spread(covariance, scale, free, held.length);
        });
    }

    /** With a diagonal of ones, lower triangle. */
    private static DoubleMatrix scaled(DoubleMatrix lower, double[] scale, int... free) {
        DoubleMatrix scaled = DoubleMatrix.zeros(free.length, free.length);
        for (int i = 0; i < free.length; i++) {
            for (int j = 0; j <= i; j++) {
                scaled.set(i, j, lower.get(free[i], free[j]) * scale[i] * scale[j]);
            }
        }
        return scaled;
    }

    private static Optional<Cholesky> factor(DoubleMatrix scaled) {
        for (double floor : FLOORS) {
            for (int i = 0; i < scaled.rows(); i++) {
                scaled.set(i, i, Math.max(scaled.get(i, i), 1) + floor);
            }
            Optional<Cholesky> factor = Cholesky.of(scaled);
            if (factor.isPresent()) {
                return factor;
            }
        }
        return Optional.empty();
    }

    /** Bread, meat and bread. */
    private static DoubleMatrix sandwich(DoubleMatrix bread, DoubleMatrix meat) {
        meat.mirrorLowerToUpper();
        DoubleMatrix half = DoubleMatrix.zeros(meat.rows(), meat.cols());
        half.multiply(1, bread, Transpose.NO, meat, Transpose.NO, 0);
        meat.multiply(1, half, Transpose.NO, bread, Transpose.NO, 0);
        return meat;
    }

    private static DoubleMatrix spread(DoubleMatrix from, double[] scale, int[] free, int size) {
        DoubleMatrix all = DoubleMatrix.zeros(size, size);
        for (int i = 0; i < free.length; i++) {
            for (int j = 0; j < free.length; j++) {
                all.set(free[i], free[j], from.get(i, j) * scale[i] * scale[j]);
            }
        }
        return all;
    }
}
