package io.kfac.optimizer;

import io.kfac.linalg.ConjugateGradients;
import io.kfac.linalg.LinearOperator;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.preconditioner.Preconditioner;

/**
 * (F + L2 + damping I) x = b by preconditioned conjugate gradients, F the exact mean Fisher information of some rows, known by its
 * products: each is a pass over the rows (Martens 2010, sec. 3; Schulman et al. 2015, appendix C). Holds its workspace.
 */
final class FisherSystem {
    private final LinearOperator inverse;
    private final double tolerance;
    private final ConjugateGradients solver;

    /**
     * @param preconditioner of the solves, refreshed by the caller
     * @param maxProducts    of a solve
     * @param tolerance      on the residual relative to b, in the preconditioner's norm
     */
    FisherSystem(Network network, Preconditioner preconditioner, int maxProducts, double tolerance) {
        this.inverse = (v, out) -> preconditioner.apply(Parameters.of(network, v), Parameters.of(network, out));
        this.tolerance = tolerance;
        this.solver = new ConjugateGradients(Precision.DOUBLE, 1, network.size(), maxProducts, tolerance);
    }

    /** Solves from 0. @param b not modified @param x overwritten */
    ConjugateGradients.Outcome solve(FisherProducts metric, Parameters b, Parameters x) {
        return solver.solve(metric, inverse, b.flat(), Double.POSITIVE_INFINITY, tolerance, x.flat());
    }

    /** Solves from x. @param b not modified @param x overwritten @param product of the metric with x; not modified */
    ConjugateGradients.Outcome improve(FisherProducts metric, Parameters b, Parameters x, Parameters product) {
        return solver.improve(metric, inverse, b.flat(), tolerance, x.flat(), product.flat());
    }
}
