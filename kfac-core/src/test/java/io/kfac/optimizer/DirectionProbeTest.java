package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.curvature.FisherKind;
import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.FullFisherPreconditioner;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import io.kfac.testing.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirectionProbeTest {
    private static final double DAMPING = 0.1;
    private static final Penalty PENALTY = new Penalty(0.05);
    private static final RowSelection ALL = RowSelection.training(1, 0);

    /** That of conjugate gradients, squared, and some. */
    private static final double SOLVED = 1e-5;

    private final Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 4, 5, 3);
    private final InMemoryObjective objective = new InMemoryObjective(network, List.of(Problems.batch(network, 60, 7)));
    private final Parameters at = Problems.parameters(network, 0.7, 3);
    private final DirectionProbe probe = new DirectionProbe(objective, PENALTY, ALL, DAMPING);

    private Parameters gradient() {
        Evaluation sums = objective.evaluate("test", new Query(at, ALL, Request.lossAndGradient()));
        return PENALTY.meanGradient(network, at, sums);
    }

    /** The exact Fisher of the same rows is its own natural gradient. Biases are not penalised: the exact step has the penalty's diagonal. */
    @Test
    void theExactFisherIsAsCloseAsCanBe() {
        FullFisherPreconditioner exact = new FullFisherPreconditioner(network, FisherKind.EXACT, 0);
        Evaluation sums = objective.evaluate("test", new Query(at, ALL, Request.gradientAnd(exact.statistics(1, 60))));
        exact.accumulate(sums.curvature(), gradient());
        exact.refresh(DAMPING);
        DirectionProbe.Closeness found = new DirectionProbe(objective, new Penalty(0), ALL, DAMPING).measure(at, exact);
        // Without a penalty the gradients differ, but not the metric, which is what is probed.
        assertThat(found.cosine()).isCloseTo(1, within(SOLVED));
        assertThat(found.euclidean()).isCloseTo(1, within(SOLVED));
        assertThat(found.residual()).isLessThan(1e-3);
    }

    /** d'g / sqrt(d'M d g'x) with d = g, M from unit vectors and x from M. */
    @Test
    void steepestDescentIsAsCloseAsADenseSolveSays() {
        Preconditioner identity = new IdentityPreconditioner();
        DirectionProbe.Closeness found = probe.measure(at, identity);
        int n = network.size();
        double[][] metric = new double[n][n];
        for (int j = 0; j < n; j++) {
            double[] unit = new double[n];
            unit[j] = 1;
            Parameters along = Parameters.of(network, unit);
            Parameters image = Parameters.zeros(network, Precision.DOUBLE);
            new FisherProducts(objective, "test", PENALTY, at, ALL, DAMPING).apply(along.flat(), image.flat());
            metric[j] = image.toArray();
        }
        double[] g = gradient().toArray();
        double[] x = solve(metric, g);
        double gg = 0;
        double gmg = 0;
        double gx = 0;
        double xx = 0;
        for (int i = 0; i < n; i++) {
            gg += g[i] * g[i];
            gx += g[i] * x[i];
            xx += x[i] * x[i];
            for (int j = 0; j < n; j++) {
                gmg += g[i] * metric[i][j] * g[j];
            }
        }
        assertThat(found.cosine())
                .isCloseTo(gg / Math.sqrt(gmg * gx), within(SOLVED))
                .isLessThan(0.99);
        assertThat(found.euclidean()).isCloseTo(gx / Math.sqrt(gg * xx), within(1e-3));
    }

    /** Gauss without pivots: the matrix is positive definite. */
    private static double[] solve(double[][] matrix, double[] right) {
        int n = right.length;
        double[][] a = new double[n][];
        for (int i = 0; i < n; i++) {
            a[i] = matrix[i].clone();
        }
        double[] x = right.clone();
        for (int k = 0; k < n; k++) {
            for (int i = k + 1; i < n; i++) {
                double factor = a[i][k] / a[k][k];
                for (int j = k; j < n; j++) {
                    a[i][j] -= factor * a[k][j];
                }
                x[i] -= factor * x[k];
            }
        }
        for (int k = n - 1; k >= 0; k--) {
            for (int j = k + 1; j < n; j++) {
                x[k] -= a[k][j] * x[j];
            }
            x[k] /= a[k][k];
        }
        return x;
    }
}
