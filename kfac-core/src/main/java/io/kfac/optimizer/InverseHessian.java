package io.kfac.optimizer;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.VectorList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The inverse Hessian of the last few steps and gradient changes, never formed (Nocedal and Wright 2006, algorithm 7.4). The algorithm's
 * two loops are triangular solves with the products of steps and changes, which are kept: so vectors are read together, steps twice a
 * call and changes once (twice with a metric), where the loops read them one after the other.
 */
final class InverseHessian {
    /** Curvature below this share of |s| |y| is rounding, or a saddle. */
    private static final double LEAST_CURVATURE = 1e-12;

    private final int memory;
    private final VectorList steps;
    private final VectorList changes;

    /** R: the products of the steps up to the k-th with the k-th change, one row a change. */
    private final List<double[]> products = new ArrayList<>();

    /** The last change, as long as its products with the steps have not been taken. */
    private Optional<DoubleMatrix> unread = Optional.empty();

    /** |last change|^2. */
    private double lastSquared;

    InverseHessian(int size, int memory) {
        this.memory = memory;
        this.steps = new VectorList(size);
        this.changes = new VectorList(size);
    }

    /** Forgets all steps. */
    void clear() {
        steps.clear();
        changes.clear();
        products.clear();
        unread = Optional.empty();
    }

    boolean isEmpty() {
        return steps.size() == 0;
    }

    /** Learns from a step, unless the gradient did not grow along it. @param step 1 x n @param change 1 x n */
    void learn(DoubleMatrix step, DoubleMatrix change) {
        if (!(step.dot(change) > LEAST_CURVATURE * Math.sqrt(step.dot(step) * change.dot(change)))) {
            return;
        }
        unread.ifPresent(last -> read(steps.dots(last)));
        if (products.size() == memory) {
            forgetFirst();
        }
        steps.add(step);
        changes.add(change);
        // Of the vectors as they were rounded: H is positive as long as these are.
        DoubleMatrix rounded = changes.get(changes.size() - 1);
        unread = Optional.of(rounded);
        lastSquared = rounded.dot(rounded);
    }

    private void forgetFirst() {
        steps.removeFirst();
        changes.removeFirst();
        products.remove(0);
        products.replaceAll(row -> Arrays.copyOfRange(row, 1, row.length));
    }

    /**
     * H v, as a new vector.
     * @param v      1 x n, not modified
     * @param metric what stands for the inverse Hessian where no step has been, up to its scale; must not change its argument; empty for
     *     the identity
     */
    DoubleMatrix times(DoubleMatrix v, Optional<UnaryOperator<DoubleMatrix>> metric) {
        DoubleMatrix q = (DoubleMatrix) v.copy();
        double[] along = alongSteps(q);
        int pairs = products.size();
        if (pairs == 0) {
            return metric.map(m -> m.apply(q)).orElse(q);
        }
        double[] shares = backward(along);
        double[] negated = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            negated[i] = -shares[i];
        }
        double curvature = products.get(pairs - 1)[pairs - 1];
        if (metric.isEmpty()) {
            double scale = curvature / lastSquared;
            double[] alongChanges = changes.addToThenDots(q, negated);
            for (int i = 0; i < pairs; i++) {
                alongChanges[i] *= scale;
            }
            q.scale(scale);
            steps.addTo(q, forward(shares, alongChanges));
            return q;
        }
        changes.addTo(q, negated);
        DoubleMatrix r = metric.get().apply(q);
        DoubleMatrix last = changes.get(pairs - 1);
        r.scale(curvature / last.dot(metric.get().apply(last)));
        steps.addTo(r, forward(shares, changes.dots(r)));
        return r;
    }

    /** The products of the steps with q; with them, in the same read, those with the change that was learnt last. */
    private double[] alongSteps(DoubleMatrix q) {
        if (unread.isEmpty()) {
            return steps.dots(q);
        }
        double[][] dots = steps.dots(List.of(q, unread.get()));
        read(dots[1]);
        return dots[0];
    }

    /** @param row products of the steps with the change that was learnt last */
    private void read(double... row) {
        unread = Optional.empty();
        products.add(row);
        if (!(row[row.length - 1] > 0)) {
            clear();
        }
    }

    /** a = R^-1 b, the newest pair first: the shares of the changes in the first loop. Overwrites b. */
    private double[] backward(double... b) {
        for (int j = b.length - 1; j >= 0; j--) {
            double[] row = products.get(j);
            b[j] /= row[j];
            for (int i = 0; i < j; i++) {
                b[i] -= row[i] * b[j];
            }
        }
        return b;
    }

    /** e = a - beta, the oldest pair first: the shares of the steps in the second loop. */
    private double[] forward(double[] a, double[] b) {
        double[] e = new double[a.length];
        for (int i = 0; i < e.length; i++) {
            double[] row = products.get(i);
            double beta = b[i];
            for (int j = 0; j < i; j++) {
                beta += row[j] * e[j];
            }
            e[i] = a[i] - beta / row[i];
        }
        return e;
    }
}
