package io.kfac.preconditioner;

import static io.kfac.linalg.Matrix.Transpose.NO;
import static io.kfac.linalg.Matrix.Transpose.YES;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.linalg.SymmetricEigen;
import java.util.Arrays;
import java.util.Optional;

/** The eigenbasis of a Kronecker factor as it was when the basis was taken. */
final class EigenFactor {
    private final MovingSum sum;
    private final String name;
    private final double[] values;

    /** U', an eigenvector a row. */
    private final DoubleMatrix basis;

    private long batches;

    /** @param name in messages: {@code A of layer 2} */
    EigenFactor(MovingSum sum, String name) {
        this.sum = sum;
        this.name = name;
        this.values = new double[sum.order()];
        this.basis = DoubleMatrix.zeros(sum.order(), sum.order());
    }

    DoubleMatrix basis() {
        return basis;
    }

    Matrix basis(Precision precision) {
        Matrix copy = Matrix.zeros(precision, basis.rows(), basis.cols());
        copy.copyFrom(basis);
        return copy;
    }

    double value(int i) {
        return values[i];
    }

    /** Of the eigenvalues. */
    double mean() {
        return Arrays.stream(values).average().orElseThrow();
    }

    double weight() {
        return sum.weight();
    }

    /**
     * Takes the eigenbasis of the factor, if it has changed.
     * @return squares of the cosines between new and old basis vectors, new x old; empty where nothing changed
     */
    Optional<DoubleMatrix> rebase() {
        if (batches == sum.batches()) {
            return Optional.empty();
        }
        batches = sum.batches();
        DoubleMatrix mean = DoubleMatrix.zeros(sum.order(), sum.order());
        sum.mean(mean);
        SymmetricEigen eigen = SymmetricEigen.of(mean)
                .orElseThrow(() -> new ArithmeticException(
                        ("Cannot take the eigenbasis of %s (order %d, mean diagonal %.3g): the statistics are not finite;"
                                        + " check the data for huge values, or raise the damping")
                                .formatted(name, sum.order(), sum.trace() / sum.order())));
        DoubleMatrix old = (DoubleMatrix) basis.copy();
        basis.copyTransposed(eigen.vectors());
        for (int i = 0; i < values.length; i++) {
            // Rounding may leave eigenvalues of a singular factor a little below zero.
            values[i] = Math.max(0, eigen.values()[i]);
        }
        DoubleMatrix cosines = mean;
        cosines.multiply(1, basis, NO, old, YES, 0);
        cosines.multiplyElements(cosines);
        return Optional.of(cosines);
    }

    /** Frobenius norm of the factor off the diagonal of U' A U, as a share of its whole norm. */
    double offDiagonal() {
        if (batches == sum.batches()) {
            return 0;
        }
        int n = sum.order();
        DoubleMatrix mean = DoubleMatrix.zeros(n, n);
        sum.mean(mean);
        mean.mirrorLowerToUpper();
        DoubleMatrix half = DoubleMatrix.zeros(n, n);
        half.multiply(1, basis, NO, mean, NO, 0);
        DoubleMatrix rotated = mean;
        rotated.multiply(1, half, NO, basis, YES, 0);
        double all = rotated.dot(rotated);
        double diagonal = 0;
        for (int i = 0; i < n; i++) {
            diagonal += rotated.get(i, i) * rotated.get(i, i);
        }
        return all == 0 ? 0 : Math.sqrt(Math.max(0, all - diagonal) / all);
    }

    void visit(State state) {
        state.matrix("basis", basis);
        state.array("values", values);
        batches = (long) state.number("batches", (double) batches);
    }
}
