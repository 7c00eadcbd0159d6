package io.kfac.optimizer;

import java.io.Serializable;

/** The learning rate of each step. */
public sealed interface LearningRate extends Serializable {

    /** @param step from 1 */
    double at(long step);

    /** The largest there is. */
    double peak();

    /** The same at every step. */
    record Constant(double peak) implements LearningRate {
        public Constant {
            requireRate(peak);
        }

        @Override
        public double at(long step) {
            return peak;
        }
    }

    /**
     * Up in a straight line, then down along half a cosine (Loshchilov and Hutter 2017, sec. 3, without restarts).
     * @param warmup steps to the peak
     * @param steps  at whose end the rate is zero; it stays at a thousandth of the peak from there on, as a run may go on
     */
    record Cosine(double peak, long warmup, long steps) implements LearningRate {
        private static final double LEAST = 1e-3;

        public Cosine {
            requireRate(peak);
            if (!(0 <= warmup && warmup < steps)) {
                throw new IllegalArgumentException(
                        "Cannot fall along a cosine from step %d to step %d: it must end after it begins"
                                .formatted(warmup, steps));
            }
        }

        @Override
        public double at(long step) {
            if (step <= warmup) {
                return peak * step / warmup;
            }
            double done = Math.min(1, (double) (step - warmup) / (steps - warmup));
            return peak * Math.max(LEAST, (1 + Math.cos(Math.PI * done)) / 2);
        }
    }

    /**
     * Up in a straight line, then down with one over the root of the step (Vaswani et al. 2017, sec. 5.3).
     * @param warmup steps to the peak, at least 1
     */
    record InverseSqrt(double peak, long warmup) implements LearningRate {
        public InverseSqrt {
            requireRate(peak);
            if (warmup < 1) {
                throw new IllegalArgumentException(
                        "Cannot warm up in %d steps: an inverse root starts from at least 1".formatted(warmup));
            }
        }

        @Override
        public double at(long step) {
            return step <= warmup ? peak * step / warmup : peak * Math.sqrt((double) warmup / step);
        }
    }

    private static void requireRate(double rate) {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Cannot use learning rate %s: it must be positive".formatted(rate));
        }
    }
}
