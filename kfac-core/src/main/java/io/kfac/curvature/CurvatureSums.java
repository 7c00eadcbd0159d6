package io.kfac.curvature;

import io.kfac.linalg.Matrix;
import java.util.List;

/**
 * Additive curvature statistics of some rows: sums over rows of w times something, never means, so that they add up across
 * blocks, partitions and executors. What the matrices are is for the {@link CurvatureKind} that made them to say.
 * @param rows      how many
 * @param weight    sum of w over the rows
 * @param symmetric symmetric matrices, of which only the lower triangle is kept
 * @param numbers   1 x n: sums that are no matrices
 */
public record CurvatureSums(double rows, double weight, List<Matrix> symmetric, Matrix numbers) {
    public CurvatureSums {
        symmetric = List.copyOf(symmetric);
    }

    /** Whether every number is finite. */
    public boolean isFinite() {
        return Double.isFinite(weight)
                && numbers.isFinite()
                && symmetric.stream().allMatch(Matrix::isFinite);
    }
}
