package io.kfac.optimizer;

import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Penalty;
import java.util.Optional;

/**
 * The minimiser d of the quadratic model g'd + d'(H + mu diag H) d / 2, plus the change of the penalty's absolute values.
 * @param damping   mu
 * @param slope     g'd and the change of the absolute values: negative
 * @param curvature d'H d, undamped
 */
record NewtonDirection(double damping, Parameters vector, double slope, double curvature) {
    /** Over-complete models and collinear features make H singular; this share of its largest diagonal element makes it factor. */
    private static final double FLOOR = 1e-12;

    /** How much the undamped model falls along the whole step: the Newton decrement, where mu is 0. */
    double gain() {
        return -(slope + curvature / 2);
    }

    /**
     * @param hessian lower triangle; not modified
     * @param at      the point, on which absolute values depend
     */
    static NewtonDirection solve(
            Network network, Parameters gradient, DoubleMatrix hessian, Parameters at, Penalty penalty, double mu) {
        Parameters direction = penalty.l1() > 0
                ? CoordinateDescent.minimize(network, gradient, damped(hessian, mu, FLOOR), at, penalty)
                : cholesky(network, gradient, hessian, mu);
        double slope = gradient.dot(direction);
        if (penalty.l1() > 0) {
            double[] x = at.toArray();
            double[] d = direction.toArray();
            double[] t = penalty.thresholds(network);
            for (int i = 0; i < d.length; i++) {
                slope += t[i] * (Math.abs(x[i] + d[i]) - Math.abs(x[i]));
            }
        }
        return new NewtonDirection(mu, direction, slope, square(hessian, direction));
    }

    /** -(H + mu diag H)^-1 g, with more damping where rounding made that indefinite. */
    private static Parameters cholesky(Network network, Parameters gradient, DoubleMatrix hessian, double mu) {
        for (double floor = FLOOR; floor <= 1; floor *= 10) {
            Optional<Cholesky> factor = Cholesky.of(damped(hessian, mu, floor));
            if (factor.isPresent()) {
                Parameters direction = gradient.copy(network);
                factor.get().solveRows((DoubleMatrix) direction.flat());
                direction.scale(-1);
                return direction;
            }
        }
        throw new ArithmeticException("Cannot solve for Newton's step: the Hessian is not finite or far from positive;"
                + " check the data for huge values, or standardize the features");
    }

    private static DoubleMatrix damped(DoubleMatrix hessian, double mu, double floor) {
        int p = hessian.rows();
        double largest = 0;
        for (int i = 0; i < p; i++) {
            largest = Math.max(largest, hessian.get(i, i));
        }
        DoubleMatrix damped = DoubleMatrix.zeros(p, p);
        damped.copyFrom(hessian);
        for (int i = 0; i < p; i++) {
            damped.set(i, i, hessian.get(i, i) * (1 + mu) + floor * largest);
        }
        return damped;
    }

    /** d' H d, from the lower triangle. */
    private static double square(DoubleMatrix h, Parameters direction) {
        double[] d = direction.toArray();
        double[] row = new double[d.length];
        double sum = 0;
        for (int i = 0; i < d.length; i++) {
            h.getRow(i, row);
            double below = 0;
            for (int j = 0; j < i; j++) {
                below += row[j] * d[j];
            }
            sum += d[i] * (2 * below + row[i] * d[i]);
        }
        return sum;
    }

    /** Euclidean norm of the shortest subgradient: of the gradient itself where no absolute values are penalised. */
    static double leastSubgradient(Network network, Parameters gradient, Parameters at, Penalty penalty) {
        if (penalty.l1() == 0) {
            return gradient.norm();
        }
        double[] g = gradient.toArray();
        double[] x = at.toArray();
        double[] t = penalty.thresholds(network);
        double sum = 0;
        for (int i = 0; i < g.length; i++) {
            double least = x[i] != 0
                    ? g[i] + Math.copySign(t[i], x[i])
                    : Math.copySign(Math.max(0, Math.abs(g[i]) - t[i]), g[i]);
            sum += least * least;
        }
        return Math.sqrt(sum);
    }
}
