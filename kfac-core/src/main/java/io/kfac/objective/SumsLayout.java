package io.kfac.objective;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.FloatMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.linalg.SymmetricPacking;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the sums of a query stand in {@link PartialSums}: scalars, then gradient, then packed symmetric matrices. */
record SumsLayout(Network network, Request what) {
    static final int ROWS = 0;
    static final int WEIGHT = 1;
    static final int LOSS = 2;
    static final int CORRECT = 3;
    static final int DIVERGENCE = 4;
    static final int DEVIANCE = 5;
    static final int FISHER = 6;

    int scalars() {
        int k = what.directions().size();
        return FISHER + k * k;
    }

    int payload() {
        int size = what.gradient() ? network.size() : 0;
        for (int order : orders()) {
            size = Math.addExact(size, SymmetricPacking.size(order));
        }
        return size;
    }

    private List<Integer> orders() {
        return what.curvature().map(kind -> kind.orders(network)).orElse(List.of());
    }

    /** Matrices of zeros to sum the curvature statistics in. */
    static CurvatureSums curvatureZeros(CurvatureKind kind, Network network, Precision precision) {
        List<Matrix> symmetric = new ArrayList<>();
        kind.orders(network).forEach(order -> symmetric.add(Matrix.zeros(precision, order, order)));
        return new CurvatureSums(0, 0, symmetric);
    }

    PartialSums pack(double[] scalars, Optional<Parameters> gradient, Optional<CurvatureSums> curvature) {
        PartialSums sums = PartialSums.zeros(0, payload(), network.precision());
        int at = 0;
        Matrix flat = flat(sums);
        if (gradient.isPresent()) {
            flat.colRange(0, network.size()).copyFrom(gradient.get().flat());
            at = network.size();
        }
        if (curvature.isPresent()) {
            for (Matrix matrix : curvature.get().symmetric()) {
                if (matrix instanceof FloatMatrix m) {
                    SymmetricPacking.pack(m, sums.floats(), at);
                } else if (matrix instanceof DoubleMatrix m) {
                    SymmetricPacking.pack(m, sums.doubles(), at);
                }
                at += SymmetricPacking.size(matrix.rows());
            }
        }
        return new PartialSums(scalars, sums.floats(), sums.doubles());
    }

    private static Matrix flat(PartialSums sums) {
        return sums.floats().length > 0
                ? new FloatMatrix(sums.floats(), 0, 1, sums.floats().length, sums.floats().length)
                : new DoubleMatrix(sums.doubles(), 0, 1, sums.doubles().length, sums.doubles().length);
    }

    /** @param merged an accumulator, in double */
    Evaluation unpack(PartialSums merged) {
        double[] scalars = merged.scalars();
        int at = 0;
        Optional<Parameters> gradient = Optional.empty();
        if (what.gradient()) {
            double[] values = new double[network.size()];
            System.arraycopy(merged.doubles(), 0, values, 0, values.length);
            gradient = Optional.of(Parameters.of(network, values));
            at = values.length;
        }
        Optional<CurvatureSums> curvature = Optional.empty();
        if (what.curvature().isPresent()) {
            List<Matrix> symmetric = new ArrayList<>();
            for (int order : orders()) {
                DoubleMatrix matrix = DoubleMatrix.zeros(order, order);
                SymmetricPacking.unpack(merged.doubles(), at, matrix);
                symmetric.add(matrix);
                at += SymmetricPacking.size(order);
            }
            curvature = Optional.of(new CurvatureSums(scalars[ROWS], scalars[WEIGHT], symmetric));
        }
        int k = what.directions().size();
        double[] fisher = new double[k * k];
        System.arraycopy(scalars, FISHER, fisher, 0, k * k);
        return new Evaluation(
                scalars[ROWS],
                scalars[WEIGHT],
                scalars[LOSS],
                scalars[CORRECT],
                scalars[DEVIANCE],
                scalars[DIVERGENCE],
                gradient,
                curvature,
                new DoubleMatrix(fisher, 0, k, k, k));
    }
}
