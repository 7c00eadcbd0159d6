package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.Optional;

/**
 * Adam's diagonal (Kingma and Ba 2015, algorithm 1): P = 1 / (sqrt(v) + lambda), v the moving average of squares of the
 * <em>batch-mean</em> gradient, corrected for its start at zero. Not the diagonal of the Fisher information, which sums
 * squares of per-row gradients and takes no root. Damping plays the part of Adam's epsilon. Without momentum and with
 * a shorter memory it is RMSprop's (Tieleman and Hinton 2012), whose first steps would be 1 / sqrt(1 - beta) times as long without
 * the correction.
 */
public final class AdamPreconditioner implements Preconditioner {
    /** Until there is a refresh. */
    public static final double EPSILON = 1e-8;

    private final double beta;
    private final double[] moments;
    private final double[] gradientValues;
    private final Network network;

    /** beta^t after t batches. */
    private double correction = 1;

    private double epsilon = EPSILON;

    /** @param beta decay of the second moments, usually 0.999 */
    public AdamPreconditioner(Network network, double beta) {
        this.network = network;
        this.beta = beta;
        this.moments = new double[network.size()];
        this.gradientValues = new double[network.size()];
    }

    @Override
    public Optional<CurvatureKind> statistics(long key, double rows) {
        return Optional.empty();
    }

    @Override
    public void accumulate(Optional<CurvatureSums> sums, Parameters gradient) {}

    @Override
    public void follow(Parameters gradient) {
        gradient.flat().getRow(0, gradientValues);
        for (int i = 0; i < moments.length; i++) {
            moments[i] = beta * moments[i] + (1 - beta) * gradientValues[i] * gradientValues[i];
        }
        correction *= beta;
    }

    @Override
    public void visit(State state) {
        state.array("moments", moments);
        correction = state.number("correction", correction);
        epsilon = state.number("epsilon", epsilon);
    }

    @Override
    public void refresh(double damping) {
        epsilon = damping;
    }

    @Override
    public void apply(Parameters gradient, Parameters out) {
        gradient.flat().getRow(0, gradientValues);
        for (int i = 0; i < moments.length; i++) {
            gradientValues[i] /= Math.sqrt(moments[i] / (1 - correction)) + epsilon;
        }
        out.copyFrom(Parameters.of(network, gradientValues));
    }

    /** The second moments before correction, for tests against the diagonal Fisher. */
    public Parameters moments() {
        return Parameters.of(network, moments.clone()).to(network, Precision.DOUBLE);
    }

    @Override
    public Optional<Preconditioner> follower() {
        return Optional.of(this);
    }

    /** One, not a half: damping stands beside the root, so that lambda P v tends to v. */
    @Override
    public double exponent() {
        return 1;
    }
}
