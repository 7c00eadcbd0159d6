package io.kfac.inference;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.linalg.SymmetricEigen;
import java.util.Optional;

/**
 * The asymptotic covariance of estimates, the inverse of the Fisher information (the Cramer-Rao bound), on the subspace that the
 * data identify.
 * @param matrix       q x q, of the estimates asked for; meaningless where they are not identified
 * @param identifiable whether each of them is: whether no direction without information moves it
 */
public record Covariance(DoubleMatrix matrix, boolean[] identifiable) {
    /** Eigenvalues of the Fisher, scaled to a diagonal of ones, below this share of the largest are zero. */
    private static final double NULL = 1e-11;

    /** How much of an estimate may lie in directions without information before it counts as not identified. */
    private static final double MOVED = 1e-4;

    /**
     * Of the estimates M theta.
     * @param fisher    p x p, summed over rows, lower triangle; not modified
     * @param meat      p x p covariance of the scores, summed over rows, lower triangle, for sandwich errors (Huber 1967, White 1982)
     * @param estimates M, q x p
     * @return empty where the eigenvalues cannot be found
     */
    public static Optional<Covariance> of(DoubleMatrix fisher, Optional<DoubleMatrix> meat, DoubleMatrix estimates) {
        int p = fisher.rows();
        double[] scale = new double[p];
        DoubleMatrix scaled = DoubleMatrix.zeros(p, p);
        for (int i = 0; i < p; i++) {
            double diagonal = fisher.get(i, i);
            scale[i] = diagonal > 0 ? 1 / Math.sqrt(diagonal) : 0;
        }
        for (int i = 0; i < p; i++) {
            for (int j = 0; j <= i; j++) {
                scaled.set(i, j, fisher.get(i, j) * scale[i] * scale[j]);
            }
        }
        return SymmetricEigen.of(scaled).map(eigen -> of(eigen, scale, meat, estimates));
    }

    private static Covariance of(
            SymmetricEigen eigen, double[] scale, Optional<DoubleMatrix> meat, DoubleMatrix estimates) {
        int p = scale.length;
        int q = estimates.rows();
        double largest = eigen.values()[p - 1];
        // Columns D Q: in the parameters' own units. A parameter without any information is a null direction by itself.
        DoubleMatrix basis = DoubleMatrix.zeros(p, p);
        for (int i = 0; i < p; i++) {
            for (int j = 0; j < p; j++) {
                basis.set(i, j, eigen.vectors().get(i, j) * (scale[i] > 0 ? scale[i] : 1));
            }
        }
        DoubleMatrix along = DoubleMatrix.zeros(q, p);
        along.multiply(1, estimates, Transpose.NO, basis, Transpose.NO, 0);
        boolean[] identifiable = new boolean[q];
        for (int i = 0; i < q; i++) {
            double moved = 0;
            double all = 0;
            for (int j = 0; j < p; j++) {
                double square = along.get(i, j) * along.get(i, j);
                boolean none = !(eigen.values()[j] > NULL * largest);
                moved += none ? square : 0;
                all += square;
            }
            identifiable[i] = moved <= MOVED * MOVED * all;
        }
        DoubleMatrix root = DoubleMatrix.zeros(q, p);
        for (int j = 0; j < p; j++) {
            double value = eigen.values()[j];
            double factor = value > NULL * largest ? 1 / (meat.isPresent() ? value : Math.sqrt(value)) : 0;
            for (int i = 0; i < q; i++) {
                root.set(i, j, along.get(i, j) * factor);
            }
        }
        return new Covariance(meat.map(m -> sandwich(root, basis, m)).orElseGet(() -> square(root)), identifiable);
    }

    /** R R'. */
    private static DoubleMatrix square(DoubleMatrix root) {
        DoubleMatrix covariance = DoubleMatrix.zeros(root.rows(), root.rows());
        covariance.multiply(1, root, Transpose.NO, root, Transpose.YES, 0);
        return covariance;
    }

    /** R B' meat B R': bread, meat and bread. */
    private static DoubleMatrix sandwich(DoubleMatrix root, DoubleMatrix basis, DoubleMatrix meat) {
        DoubleMatrix full = DoubleMatrix.zeros(meat.rows(), meat.cols());
        full.copyFrom(meat);
        full.mirrorLowerToUpper();
        DoubleMatrix bread = DoubleMatrix.zeros(root.rows(), basis.rows());
        bread.multiply(1, root, Transpose.NO, basis, Transpose.YES, 0);
        DoubleMatrix half = DoubleMatrix.zeros(root.rows(), basis.rows());
        half.multiply(1, bread, Transpose.NO, full, Transpose.NO, 0);
        DoubleMatrix covariance = DoubleMatrix.zeros(root.rows(), root.rows());
        covariance.multiply(1, half, Transpose.NO, bread, Transpose.YES, 0);
        return covariance;
    }

    /** Square root of the variance of estimate i: NaN where it is not identified. */
    public double standardError(int i) {
        return identifiable[i] ? Math.sqrt(matrix.get(i, i)) : Double.NaN;
    }
}
