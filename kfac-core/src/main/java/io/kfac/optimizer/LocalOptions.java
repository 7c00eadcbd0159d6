package io.kfac.optimizer;

import java.io.Serializable;

/**
 * How far workers go by themselves before they are averaged.
 * @param steps   of each worker in a round
 * @param klLimit of the way of each; who is beyond it goes back part of the way
 */
public record LocalOptions(int steps, KlLimit klLimit) implements Serializable {
    public LocalOptions {
        if (steps < 1) {
            throw new IllegalArgumentException("Cannot take %d local steps: it must be at least 1".formatted(steps));
        }
    }
}
