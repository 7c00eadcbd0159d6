package io.kfac.optimizer;

import io.kfac.family.LegendreFunction;

/**
 * Mirror descent (Nemirovski and Yudin 1983; Beck and Teboulle 2003): a step moves the dual coordinates of the point, grad F(x) -=
 * rate * gradient. With F = |x|^2 / 2 it is gradient descent, with the entropy of the simplex exponentiated gradient (Kivinen and
 * Warmuth 1997). In dual coordinates it is the natural gradient in the metric of F*'s Hessian (Raskutti and Mukherjee 2015): a metric
 * whose inverse needs no work.
 */
public final class MirrorDescent {
    private final LegendreFunction mirror;
    private final LegendreFunction conjugate;
    private final double[] dual;

    /** @param start in the interior of the mirror's domain */
    public MirrorDescent(LegendreFunction mirror, double[] start) {
        if (!mirror.contains(start)) {
            throw new IllegalArgumentException(
                    "Cannot start mirror descent on the boundary of the domain of %s, or outside. Remedy: start inside"
                            .formatted(mirror));
        }
        this.mirror = mirror;
        this.conjugate = mirror.conjugate();
        this.dual = new double[start.length];
        mirror.gradient(start, dual);
    }

    /** Where it stands, as a new vector. Far out, coordinates may round to the boundary of the domain; the dual ones stay inside. */
    public double[] point() {
        double[] point = new double[dual.length];
        conjugate.gradient(dual, point);
        return point;
    }

    /**
     * Takes a step, which leaves the domain where it is too long (of Burg's entropy, for one).
     * @param gradient at {@link #point}, or a subgradient, or an estimate; not modified
     */
    public void step(double rate, double[] gradient) {
        double[] next = dual.clone();
        for (int i = 0; i < next.length; i++) {
            next[i] -= rate * gradient[i];
        }
        if (!conjugate.contains(next)) {
            throw new ArithmeticException(
                    "Cannot take a mirror step of rate %s: it leaves the dual domain of %s. Remedy: a smaller rate"
                            .formatted(rate, mirror));
        }
        System.arraycopy(next, 0, dual, 0, next.length);
    }
}
