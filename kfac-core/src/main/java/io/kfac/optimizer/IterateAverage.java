package io.kfac.optimizer;

import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;

/** Exponentially decayed average of iterates, xi = min(1 - 1/k, 0.9) (Martens and Grosse 2015, sec. 12). */
final class IterateAverage {
    private static final double MAX_DECAY = 0.9;

    private final Parameters average;
    private long count;

    IterateAverage(Network network) {
        average = Parameters.zeros(network, Precision.DOUBLE);
    }

    void add(Parameters iterate) {
        count++;
        double xi = Math.min(1 - 1.0 / count, MAX_DECAY);
        average.scale(xi);
        average.add(1 - xi, iterate);
    }

    Parameters value() {
        return average;
    }

    long count() {
        return count;
    }
}
