package io.kfac.mixture;

import io.kfac.linalg.DoubleMatrix;

/**
 * The minimum of a convex quadratic function on the simplex, by exact steps along edges: of all coordinates the one that gains most grows
 * at the cost of the one that gains least (Platt 1998; Keerthi et al. 2001). Coordinates that the minimum does without end at 0 exactly.
 */
final class SimplexQuadratic {
    private static final int MOST_STEPS = 20_000;

    /** Share of the slopes' scale below which their differences are rounding. */
    private static final double ROUNDING = 1e-14;

    private SimplexQuadratic() {}

    /**
     * argmin over v in the simplex of g.(v - w) + (v - w)'H(v - w) / 2.
     * @param gradient M, not modified
     * @param hessian  M x M, lower triangle, positive semidefinite
     * @param w        in the simplex; not modified
     */
    static double[] minimize(double[] gradient, DoubleMatrix hessian, double[] w) {
        double[] v = w.clone();
        double[] slopes = gradient.clone();
        for (int step = 0; step < MOST_STEPS; step++) {
            int up = 0;
            int down = -1;
            for (int m = 0; m < v.length; m++) {
                up = slopes[m] < slopes[up] ? m : up;
                down = v[m] > 0 && (down < 0 || slopes[m] > slopes[down]) ? m : down;
            }
            double gain = slopes[down] - slopes[up];
            if (!(gain > ROUNDING * Math.abs(slopes[up]))) {
                break;
            }
            double curvature = at(hessian, up, up) + at(hessian, down, down) - 2 * at(hessian, up, down);
            double length = curvature > 0 ? Math.min(v[down], gain / curvature) : v[down];
            v[down] = length == v[down] ? 0 : v[down] - length;
            v[up] += length;
            for (int m = 0; m < v.length; m++) {
                slopes[m] += length * (at(hessian, m, up) - at(hessian, m, down));
            }
        }
        return v;
    }

    private static double at(DoubleMatrix lower, int i, int j) {
        return i >= j ? lower.get(i, j) : lower.get(j, i);
    }
}
