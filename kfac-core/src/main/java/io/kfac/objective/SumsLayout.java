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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where the sums of a query stand in {@link PartialSums}: scalars, then gradient, product F v, curvature. */
record SumsLayout(Network network, Request what) {
    static final int ROWS = 0;
    static final int WEIGHT = 1;
    static final int LOSS = 2;
    static final int CORRECT = 3;
    static final int DIVERGENCE = 4;
    static final int DEVIANCE = 5;
    static final int VIOLATING = 6;
    static final int DESCENDING = 7;
    static final int STANDING = 8;
    static final int FISHER = 9;

    int scalars() {
        int k = what.directions().size();
        return FISHER + k * k + what.lines().map(Lines::points).orElse(0);
    }

    /** Where the losses on lines begin, direction by direction. */
    int lines() {
        int k = what.directions().size();
        return FISHER + k * k;
    }

    int payload() {
        int vectors = (what.gradient() ? 1 : 0) + (what.multiplied().isPresent() ? 1 : 0);
        int size = Math.addExact(Math.multiplyExact(vectors, network.size()), numbers());
        for (int order : orders()) {
            size = Math.addExact(size, SymmetricPacking.size(order));
        }
        return size;
    }

    private int numbers() {
        return what.curvature().map(kind -> kind.numbers(network)).orElse(0);
    }

    private List<Integer> orders() {
        return what.curvature().map(kind -> kind.orders(network)).orElse(List.of());
    }

    /** Matrices of zeros to sum the curvature statistics in. */
    static CurvatureSums curvatureZeros(CurvatureKind kind, Network network, Precision precision) {
        List<Matrix> symmetric = new ArrayList<>();
        kind.orders(network).forEach(order -> symmetric.add(Matrix.zeros(precision, order, order)));
        return new CurvatureSums(0, 0, symmetric, Matrix.zeros(precision, 1, kind.numbers(network)));
    }

    PartialSums pack(
            double[] scalars,
            Optional<Parameters> gradient,
            Optional<Parameters> product,
            Optional<CurvatureSums> curvature) {
        PartialSums sums = PartialSums.zeros(0, payload(), network.precision());
        int at = 0;
        Matrix flat = flat(sums);
        for (Optional<Parameters> vector : List.of(gradient, product)) {
            if (vector.isPresent()) {
                flat.colRange(at, at + network.size()).copyFrom(vector.get().flat());
                at += network.size();
            }
        }
        if (curvature.isPresent()) {
            flat.colRange(at, at + numbers()).copyFrom(curvature.get().numbers());
            at += numbers();
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
            gradient = Optional.of(vector(merged, at));
            at += network.size();
        }
        Optional<Parameters> product = Optional.empty();
        if (what.multiplied().isPresent()) {
            product = Optional.of(vector(merged, at));
            at += network.size();
        }
        Optional<CurvatureSums> curvature = Optional.empty();
        if (what.curvature().isPresent()) {
            DoubleMatrix numbers = DoubleMatrix.zeros(1, numbers());
            System.arraycopy(merged.doubles(), at, numbers.data(), 0, numbers.cols());
            at += numbers.cols();
            List<Matrix> symmetric = new ArrayList<>();
            for (int order : orders()) {
                DoubleMatrix matrix = DoubleMatrix.zeros(order, order);
                SymmetricPacking.unpack(merged.doubles(), at, matrix);
                symmetric.add(matrix);
                at += SymmetricPacking.size(order);
            }
            curvature = Optional.of(new CurvatureSums(scalars[ROWS], scalars[WEIGHT], symmetric, numbers));
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
                scalars[VIOLATING],
                scalars[DESCENDING],
                scalars[STANDING],
                scalars[DIVERGENCE],
                gradient,
                curvature,
                new DoubleMatrix(fisher, 0, k, k, k),
                product,
                Arrays.copyOfRange(scalars, lines(), scalars()));
    }

    private Parameters vector(PartialSums merged, int at) {
        return Parameters.of(network, Arrays.copyOfRange(merged.doubles(), at, at + network.size()));
    }
}
