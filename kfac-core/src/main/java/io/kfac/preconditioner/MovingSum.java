package io.kfac.preconditioner;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import java.util.Optional;

/**
 * A decayed sum and its decayed weight, divided once when read: so that growing batches are not outvoted by the small ones
 * before them (Martens and Grosse 2015, sec. 5, for sums in place of means).
 */
final class MovingSum {
    private final double decay;
    private final DoubleMatrix sum;
    private Optional<DoubleMatrix> marked = Optional.empty();
    private boolean watched;
    private double weight;
    private long batches;

    MovingSum(int order, double decay) {
        this.decay = decay;
        this.sum = DoubleMatrix.zeros(order, order);
    }

    /** @param batch sum over a batch, lower triangle; not modified */
    void add(Matrix batch, double batchWeight) {
        sum.scale(decay);
        sum.add(1, batch);
        weight = decay * weight + batchWeight;
        batches++;
    }

    double weight() {
        return weight;
    }

    /** How many were added. */
    long batches() {
        return batches;
    }

    int order() {
        return sum.rows();
    }

    /** Trace of the mean. */
    double trace() {
        return sum.trace() / weight;
    }

    /** out = mean, lower triangle. */
    void mean(DoubleMatrix out) {
        out.copyFrom(sum);
        out.scale(1 / weight);
    }

    /** A copy of the mean, lower triangle. */
    DoubleMatrix mean() {
        DoubleMatrix copy = DoubleMatrix.zeros(order(), order());
        mean(copy);
        return copy;
    }

    /** out = mean + diag(diagonal + shift), lower triangle. */
    void meanPlus(double shift, double[] diagonal, DoubleMatrix out) {
        mean(out);
        for (int i = 0; i < out.rows(); i++) {
            out.set(i, i, out.get(i, i) + diagonal[i] + shift);
        }
    }

    /** Makes the mean as it is the one that {@link #drift} is measured from. */
    void mark() {
        if (watched) {
            DoubleMatrix copy = marked.orElseGet(() -> DoubleMatrix.zeros(order(), order()));
            mean(copy);
            marked = Optional.of(copy);
        }
    }

    /**
     * Distance of the mean from the marked one in the Frobenius norm, as a share of the latter; infinite where none is marked. The first
     * call is what makes marks be kept: they take as much memory as the sum.
     */
    double drift() {
        watched = true;
        if (marked.isEmpty()) {
            return Double.POSITIVE_INFINITY;
        }
        double[] now = sum.data();
        double[] then = marked.get().data();
        int n = order();
        double scale = 1 / weight;
        double distance = 0;
        double length = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                int at = i * n + j;
                double copies = i == j ? 1 : 2;
                double change = now[at] * scale - then[at];
                distance += copies * change * change;
                length += copies * then[at] * then[at];
            }
        }
        return distance == 0 ? 0 : Math.sqrt(distance / length);
    }

    void visit(State state) {
        if (state.appliedOnly()) {
            return;
        }
        state.matrix("sum", sum);
        weight = state.number("weight", weight);
        batches = (long) state.number("batches", (double) batches);
        watched = state.flag("watched", watched);
        marked = state.square("marked", order(), marked);
    }
}
