package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.List;
import java.util.Optional;

/**
 * The direction of one preconditioner with the length of another's step, layer by layer (Agarwal et al. 2020, sec. 2; Anil et al. 2020,
 * sec. 2.4): so that a learning rate of the other suits it too. Until the first has seen some batches the whole step is the other's.
 * In local steps its batches are the driver's, one a round; lengths follow every step.
 */
public final class GraftedPreconditioner implements Preconditioner {
    private final Network network;
    private final Preconditioner direction;
    private final Preconditioner length;
    private final int warmup;
    private long batches;

    /**
     * @param direction taken from its statistics of rows, if any
     * @param length    one that only follows steps, and so is its own follower: SGD's or Adam's. Keeps the damping that it has
     * @param warmup    batches before the direction is followed
     * @throws IllegalArgumentException if the length's learns from anything else
     */
    public GraftedPreconditioner(Network network, Preconditioner direction, Preconditioner length, int warmup) {
        if (length.follower().filter(own -> own == length).isEmpty()) {
            throw new IllegalArgumentException(
                    ("Cannot give steps the length of %s's: it learns from more than the gradients of steps. Remedy: the length of"
                                    + " Adam's or of gradient descent's")
                            .formatted(length.getClass().getSimpleName()));
        }
        this.network = network;
        this.direction = direction;
        this.length = length;
        this.warmup = warmup;
    }

    @Override
    public Optional<CurvatureKind> statistics(long key, double rows) {
        return direction.statistics(key, rows);
    }

    @Override
    public void accumulate(Optional<CurvatureSums> sums, Parameters gradient) {
        direction.accumulate(sums, gradient);
        batches++;
    }

    @Override
    public void follow(Parameters gradient) {
        length.follow(gradient);
    }

    /** The length's: what travels back and forth with every round of local steps. */
    @Override
    public Optional<Preconditioner> follower() {
        return length.follower();
    }

    /** @param damping the direction's: in units of its metric, where the length has its own */
    @Override
    public void refresh(double damping) {
        direction.refresh(damping);
    }

    @Override
    public void apply(Parameters gradient, Parameters out) {
        length.apply(gradient, out);
        if (batches <= warmup) {
            return;
        }
        Parameters followed = Parameters.zeros(network, Precision.DOUBLE);
        direction.apply(gradient, followed);
        for (int l = 0; l < network.depth(); l++) {
            Matrix step = followed.layer(l);
            double own = Math.sqrt(step.dot(step));
            double wanted = Math.sqrt(out.layer(l).dot(out.layer(l)));
            if (own > 0) {
                step.scale(wanted / own);
            }
            out.layer(l).copyFrom(step);
        }
    }

    /** The direction's. */
    @Override
    public List<CurvatureFactor> factors() {
        return direction.factors();
    }

    @Override
    public double drift() {
        return direction.drift();
    }

    /** None: P v tends to layers of v that have the other's length, which damping does not change. */
    @Override
    public double exponent() {
        return 0;
    }

    @Override
    public void visit(State state) {
        batches = (long) state.number("batches", (double) batches);
        direction.visit(state.at("direction"));
        length.visit(state.at("length"));
    }
}
