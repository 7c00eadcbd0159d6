package io.kfac.preconditioner;

import io.kfac.batch.MiniBatch;
import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;

/** x' = x m on homogeneous rows, and the parameters that make the same function of x'. */
final class AffineChange {
    private AffineChange() {}

    private static DoubleMatrix matrix(double[][] m) {
        DoubleMatrix matrix = DoubleMatrix.zeros(m.length, m.length);
        for (int i = 0; i < m.length; i++) {
            matrix.setRow(i, m[i]);
        }
        return matrix;
    }

    static MiniBatch inputs(MiniBatch batch, double[][] m) {
        Matrix x = DoubleMatrix.zeros(batch.rows(), batch.features().cols());
        batch.features().copyTo(x);
        Matrix changed = DoubleMatrix.zeros(x.rows(), x.cols());
        changed.multiply(1, x, Transpose.NO, matrix(m), Transpose.NO, 0);
        return new MiniBatch(new DenseFeatures(changed), batch.targets(), batch.weights(), batch.rowIds());
    }

    /** W x = W' x' with x' = m' x, so W' = W m^-T. */
    static Parameters parameters(Network network, Parameters start, double[][] m) {
        Parameters changed = start.to(network, Precision.DOUBLE);
        DoubleMatrix matrix = matrix(m);
        // m^-1 = (m'm)^-1 m'.
        DoubleMatrix gram = DoubleMatrix.zeros(m.length, m.length);
        gram.multiply(1, matrix, Transpose.YES, matrix, Transpose.NO, 0);
        DoubleMatrix inverse = DoubleMatrix.zeros(m.length, m.length);
        inverse.multiply(1, Cholesky.of(gram).orElseThrow().inverse(), Transpose.NO, matrix, Transpose.YES, 0);
        changed.layer(0).multiply(1, start.layer(0), Transpose.NO, inverse, Transpose.YES, 0);
        return changed;
    }
}
