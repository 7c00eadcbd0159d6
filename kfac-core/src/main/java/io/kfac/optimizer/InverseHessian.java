package io.kfac.optimizer;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;

/** The inverse Hessian of the last few steps and gradient changes, never formed (Nocedal and Wright 2006, algorithm 7.4). */
final class InverseHessian {
    /** @param step s @param change y, with s'y > 0 */
    private record Pair(Matrix step, Matrix change, double product) {}

    /** Curvature below this share of |s| |y| is rounding, or a saddle. */
    private static final double LEAST_CURVATURE = 1e-12;

    private final int memory;
    private final Deque<Pair> pairs = new ArrayDeque<>();

    InverseHessian(int memory) {
        this.memory = memory;
    }

    /** Forgets all steps. */
    void clear() {
        pairs.clear();
    }

    /** Learns from a step, unless the gradient did not grow along it. @param step taken over @param change taken over */
    void learn(Matrix step, Matrix change) {
        double product = step.dot(change);
        if (product > LEAST_CURVATURE * Math.sqrt(step.dot(step) * change.dot(change))) {
            pairs.addLast(new Pair(step, change, product));
            if (pairs.size() > memory) {
                pairs.removeFirst();
            }
        }
    }

    /**
     * H v, as a new vector.
     * @param v      1 x n, not modified
     * @param metric what stands for the inverse Hessian where no step has been, up to its scale; must not change its argument
     */
    DoubleMatrix times(Matrix v, UnaryOperator<DoubleMatrix> metric) {
        DoubleMatrix q = DoubleMatrix.zeros(1, v.cols());
        q.copyFrom(v);
        List<Double> shares = new ArrayList<>();
        pairs.descendingIterator().forEachRemaining(pair -> {
            double share = pair.step().dot(q) / pair.product();
            shares.add(share);
            q.add(-share, pair.change());
        });
        DoubleMatrix r = metric.apply(q);
        if (!pairs.isEmpty()) {
            Pair last = pairs.getLast();
            r.scale(last.product() / last.change().dot(metric.apply((DoubleMatrix) last.change())));
        }
        int at = shares.size();
        for (Pair pair : pairs) {
            at--;
            r.add(shares.get(at) - pair.change().dot(r) / pair.product(), pair.step());
        }
        return r;
    }
}
