package io.kfac.preconditioner;

import static io.kfac.linalg.Matrix.Transpose.NO;
import static io.kfac.linalg.Matrix.Transpose.YES;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;

/** One layer's Kronecker eigenbasis and the second moments in it. */
final class EigenLayer {
    private final EigenFactor inputs;
    private final EigenFactor outputs;

    /** G x A decayed sum of the squares of the gradient's coordinates, and its decayed weight. */
    private final DoubleMatrix moments;

    private double weight;

    EigenLayer(MovingSum a, MovingSum g, String name) {
        inputs = new EigenFactor(a, "A of " + name);
        outputs = new EigenFactor(g, "G of " + name);
        moments = DoubleMatrix.zeros(g.order(), a.order());
    }

    int size() {
        return moments.rows() * moments.cols();
    }

    boolean hasBasis() {
        return weight > 0;
    }

    /** U_A', an eigenvector a row. */
    Matrix inputBasis(Precision precision) {
        return inputs.basis(precision);
    }

    /** U_G', an eigenvector a row. */
    Matrix outputBasis(Precision precision) {
        return outputs.basis(precision);
    }

    /** @param sums over a batch, in this basis */
    void addMoments(double decay, double[] sums, double batchWeight) {
        moments.scale(decay);
        moments.add(1, DoubleMatrix.of(moments.rows(), moments.cols(), sums));
        weight = decay * weight + batchWeight;
    }

    /**
     * Takes the eigenbasis of the factors as they are. The moments of the first basis are the products of the factors' eigenvalues,
     * which is K-FAC; those of a later one are the diagonal, in it, of the approximation so far.
     */
    void rebase() {
        if (!hasBasis()) {
            inputs.rebase();
            outputs.rebase();
            weight = outputs.weight();
            for (int i = 0; i < moments.rows(); i++) {
                for (int j = 0; j < moments.cols(); j++) {
                    moments.set(i, j, weight * outputs.value(i) * inputs.value(j));
                }
            }
            return;
        }
        inputs.rebase().ifPresent(change -> {
            DoubleMatrix old = (DoubleMatrix) moments.copy();
            moments.multiply(1, old, NO, change, YES, 0);
        });
        outputs.rebase().ifPresent(change -> {
            DoubleMatrix old = (DoubleMatrix) moments.copy();
            moments.multiply(1, change, NO, old, NO, 0);
        });
    }

    double offDiagonal() {
        return hasBasis() ? Math.max(inputs.offDiagonal(), outputs.offDiagonal()) : Double.POSITIVE_INFINITY;
    }

    /**
     * out = V over the damped mean moments, in the basis; a coordinate without either is left out. Damping adds to a moment what
     * factored Tikhonov damping adds to the product of eigenvalues that it stands for, (a + pi gamma)(g + gamma / pi) - a g with
     * gamma = sqrt(damping) (Martens and Grosse 2015, sec. 6.3): damping alone, which is the last term of it, would have to be a
     * hundred times larger to hold noise down where one of the two eigenvalues is large and the other is not.
     */
    void divide(DoubleMatrix v, double damping, DoubleMatrix out) {
        DoubleMatrix half = DoubleMatrix.zeros(v.rows(), v.cols());
        DoubleMatrix coordinates = DoubleMatrix.zeros(v.rows(), v.cols());
        half.multiply(1, v, NO, inputs.basis(), YES, 0);
        coordinates.multiply(1, outputs.basis(), NO, half, NO, 0);
        double gamma = Math.sqrt(damping);
        double pi = KroneckerFactors.pi(inputs.mean(), outputs.mean());
        double[] c = coordinates.data();
        double[] s = moments.data();
        for (int i = 0; i < v.rows(); i++) {
            double added = gamma * pi * outputs.value(i) + damping;
            for (int j = 0, at = i * v.cols(); j < v.cols(); j++, at++) {
                double curvature = s[at] / weight + gamma / pi * inputs.value(j) + added;
                c[at] = curvature > 0 ? c[at] / curvature : 0;
            }
        }
        half.multiply(1, outputs.basis(), YES, coordinates, NO, 0);
        out.multiply(1, half, NO, inputs.basis(), NO, 0);
    }

    void visit(State state) {
        state.matrix("moments", moments);
        weight = state.number("weight", weight);
        inputs.visit(state.at("A"));
        outputs.visit(state.at("G"));
    }
}
