package io.kfac.optimizer;

import io.kfac.preconditioner.Preconditioner;
import java.io.Serializable;

/** When a preconditioner's inverses are made anew. */
public sealed interface Refresh extends Serializable {

    /** @param step from 1 */
    default boolean due(long step, Preconditioner preconditioner) {
        return due(step, step, preconditioner);
    }

    /** Whether one is due for any of the steps from a first to a last one, asked for once, after them. */
    boolean due(long first, long last, Preconditioner preconditioner);

    /** Between two of them, about. */
    int steps();

    /** At fixed steps: the first and every so many after it. */
    record Every(int steps) implements Refresh {
        public Every {
            if (steps < 1) {
                throw new IllegalArgumentException(
                        "Cannot refresh every %d steps: it must be at least 1".formatted(steps));
            }
        }

        @Override
        public boolean due(long first, long last, Preconditioner preconditioner) {
            return (last - 1) / steps * steps + 1 >= first;
        }
    }

    /**
     * Once the statistics have drifted away from those of the last refresh.
     * @param tolerance of {@link Preconditioner#drift}, such as 0.1
     */
    record Drift(double tolerance) implements Refresh {
        public Drift {
            if (!(tolerance > 0)) {
                throw new IllegalArgumentException(
                        "Cannot refresh at a drift of %s: it must be positive".formatted(tolerance));
            }
        }

        @Override
        public boolean due(long first, long last, Preconditioner preconditioner) {
            return !(preconditioner.drift() <= tolerance);
        }

        /** Not known before it is measured: say ten. */
        @Override
        public int steps() {
            return 10;
        }
    }
}
