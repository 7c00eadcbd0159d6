package io.kfac.inference;

import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Objective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import java.util.Optional;

/**
 * The model that is left where estimates go on for ever (Geyer 2009, sec. 3): far along a direction of recession the rows that it
 * separates have no curvature, and along the direction itself the others have none either. A direction that is only nearly one, as the
 * end of a fit suggests it, is made one by taking its part without curvature.
 */
final class LimitingModel {
    /** How far away is far: separated rows have less than e^-40 left where they move by more than 0.4% of the largest component. */
    private static final double FAR = 1e4;

    /** Of a Fisher of unit diagonal: what has less curvature has none. */
    private static final double FLOOR = 1e-11;

    private static final int ITERATIONS = 4;

    private LimitingModel() {}

    /**
     * One pass.
     * @param direction largest component 1
     * @return its part without curvature far along it; empty where the curvature is not finite
     */
    static Optional<Parameters> project(Objective objective, Parameters at, Parameters direction, RowSelection rows) {
        Network network = objective.network();
        Parameters far = at.copy(network);
        far.add(FAR, direction);
        FullFisher whole = new FullFisher(FisherKind.EXACT, 0);
        Query query = new Query(far, rows, Request.curvature(whole));
        DoubleMatrix fisher = whole.matrix(
                network,
                objective
                        .evaluate("looking at the rows that are not separated", query)
                        .curvature()
                        .orElseThrow());
        return fisher.isFinite() ? withoutCurvature(network, fisher, direction) : Optional.empty();
    }

    /** By inverse iteration, in coordinates in which the Fisher has a diagonal of ones: each shrinks the rest by the floor. */
    private static Optional<Parameters> withoutCurvature(Network network, DoubleMatrix fisher, Parameters direction) {
        int p = network.size();
        double[] part = direction.toArray();
        double[] scale = new double[p];
        for (int i = 0; i < p; i++) {
            scale[i] = fisher.get(i, i) > 0 ? 1 / Math.sqrt(fisher.get(i, i)) : 1;
            part[i] /= scale[i];
        }
        for (int i = 0; i < p; i++) {
            for (int j = 0; j <= i; j++) {
                fisher.set(i, j, fisher.get(i, j) * scale[i] * scale[j] + (i == j ? FLOOR : 0));
            }
        }
        return Cholesky.of(fisher).map(factor -> {
            for (int iteration = 0; iteration < ITERATIONS; iteration++) {
                factor.solve(part);
                for (int i = 0; i < p; i++) {
                    part[i] *= FLOOR;
                }
            }
            for (int i = 0; i < p; i++) {
                part[i] *= scale[i];
            }
            return Parameters.of(network, part);
        });
    }
}
