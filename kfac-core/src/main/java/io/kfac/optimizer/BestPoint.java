package io.kfac.optimizer;

import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.Optional;
import java.util.OptionalDouble;

/** The best point seen on held-out rows, and how long ago that was. */
final class BestPoint {
    private final Network network;
    private final double minGain;
    private Optional<Parameters> parameters = Optional.empty();
    private double loss = Double.POSITIVE_INFINITY;
    private double marker = Double.POSITIVE_INFINITY;
    private long step;
    private boolean averaged;
    private int looksWithoutGain;

    BestPoint(Network network, double minGain) {
        this.network = network;
        this.minGain = minGain;
    }

    /** A candidate; its parameters are copied if it is the best so far. */
    void offer(Parameters candidate, double candidateLoss, long candidateStep, boolean isAverage) {
        if (candidateLoss < loss) {
            parameters = Optional.of(candidate.to(network, Precision.DOUBLE));
            loss = candidateLoss;
            step = candidateStep;
            averaged = isAverage;
        }
    }

    /** Ends a look: counts it as one without gain unless the best fell by the least relative gain since the last that did. */
    void endLook() {
        if (loss < marker - minGain * Math.abs(marker) || marker == Double.POSITIVE_INFINITY) {
            marker = loss;
            looksWithoutGain = 0;
        } else {
            looksWithoutGain++;
        }
    }

    int looksWithoutGain() {
        return looksWithoutGain;
    }

    Optional<TrainingResult> result(long steps, double epochs, String reason) {
        return parameters.map(
                p -> new TrainingResult(p, steps, epochs, reason, step, averaged, OptionalDouble.of(loss)));
    }
}
