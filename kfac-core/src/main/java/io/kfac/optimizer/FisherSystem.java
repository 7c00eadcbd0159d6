package io.kfac.optimizer;

import io.kfac.linalg.ConjugateGradients;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.LinearOperator;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.Preconditioner;

/**
 * (F + L2 + damping I) x = b by preconditioned conjugate gradients, F the exact mean Fisher information of some rows, known by its
 * products: each is a pass over the rows (Martens 2010, sec. 3; Schulman et al. 2015, appendix C). Holds its workspace.
 */
final class FisherSystem {
    private final Network network;
    private final Penalty penalty;
    private final Preconditioner preconditioner;
    private final double tolerance;
    private final ConjugateGradients solver;

    /**
     * @param preconditioner of the solves, refreshed by the caller
     * @param maxProducts    of a solve
     * @param tolerance      on the residual relative to b, in the preconditioner's norm
     */
    FisherSystem(Network network, Penalty penalty, Preconditioner preconditioner, int maxProducts, double tolerance) {
        this.network = network;
        this.penalty = penalty;
        this.preconditioner = preconditioner;
        this.tolerance = tolerance;
        this.solver = new ConjugateGradients(Precision.DOUBLE, 1, network.size(), maxProducts, tolerance);
    }

    /**
     * @param purpose of the passes: a prefix of their names
     * @param b       not modified
     * @param warm    whether x is a start to improve on, rather than 0
     * @param x       overwritten
     */
    ConjugateGradients.Outcome solve(
            Objective objective,
            String purpose,
            Parameters at,
            RowSelection rows,
            double damping,
            Parameters b,
            boolean warm,
            Parameters x) {
        LinearOperator metric = new FisherProducts(objective, purpose, penalty, at, rows, damping);
        LinearOperator inverse =
                (v, out) -> preconditioner.apply(Parameters.of(network, v), Parameters.of(network, out));
        DoubleMatrix target = (DoubleMatrix) b.flat();
        return warm
                ? solver.improve(metric, inverse, target, tolerance, x.flat())
                : solver.solve(metric, inverse, target, Double.POSITIVE_INFINITY, tolerance, x.flat());
    }
}
