package io.kfac.optimizer;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Penalty;

/**
 * Coordinate descent on a quadratic with absolute values, g'd + d'H d / 2 + sum t_i |x_i + d_i|: the subproblem of proximal Newton
 * (Friedman, Hastie and Tibshirani 2010; Yuan, Ho and Lin 2012). Sweeps go over the coordinates that are not zero until they settle,
 * then over all of them, which is the check of the optimality conditions; a coordinate that fails it joins.
 */
final class CoordinateDescent {
    /** A sweep that gains less than this share of all gains so far ends. */
    private static final double SETTLED = 1e-10;

    private static final int MOST_SWEEPS = 10_000;

    private final double[] hessian;
    private final int p;
    private final double[] x;
    private final double[] thresholds;
    /** g + H d. */
    private final double[] slope;

    private final double[] value;

    private CoordinateDescent(Parameters gradient, DoubleMatrix hessian, Parameters at, double[] thresholds) {
        hessian.mirrorLowerToUpper();
        this.hessian = hessian.data();
        this.p = hessian.rows();
        this.x = at.toArray();
        this.thresholds = thresholds;
        this.slope = gradient.toArray();
        this.value = x.clone();
    }

    /** The minimiser d. @param hessian positive definite, compact; lower triangle, mirrored here */
    static Parameters minimize(
            Network network, Parameters gradient, DoubleMatrix hessian, Parameters at, Penalty penalty) {
        CoordinateDescent descent = new CoordinateDescent(gradient, hessian, at, penalty.thresholds(network));
        descent.run();
        double[] d = descent.value;
        for (int i = 0; i < d.length; i++) {
            d[i] -= descent.x[i];
        }
        return Parameters.of(network, d);
    }

    private void run() {
        double gained = 0;
        for (int sweeps = 0; sweeps < MOST_SWEEPS; ) {
            double all = sweep(false);
            sweeps++;
            gained += all;
            if (all <= SETTLED * gained) {
                return;
            }
            double active = all;
            while (active > SETTLED * gained && sweeps < MOST_SWEEPS) {
                active = sweep(true);
                sweeps++;
                gained += active;
            }
        }
    }

    /** @return how much the model fell, about */
    private double sweep(boolean activeOnly) {
        double gain = 0;
        for (int i = 0; i < p; i++) {
            if (activeOnly && value[i] == 0 && thresholds[i] > 0) {
                continue;
            }
            double h = hessian[i * p + i];
            double next = shrunk(value[i] - slope[i] / h, thresholds[i] / h);
            double change = next - value[i];
            if (change != 0) {
                gain += h * change * change / 2;
                value[i] = next;
                int row = i * p;
                for (int j = 0; j < p; j++) {
                    slope[j] += change * hessian[row + j];
                }
            }
        }
        return gain;
    }

    private static double shrunk(double z, double by) {
        return Math.abs(z) <= by ? 0 : z - Math.copySign(by, z);
    }
}
