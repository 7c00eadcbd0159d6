package io.kfac.optimizer;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.PartialSums;
import java.util.Arrays;

/**
 * What workers bring back from local steps, laid out in {@link PartialSums}: counts, then way, momentum and moments, each times the
 * weight of the rows that the worker saw, so that sums over workers are weighted averages times the sum of weights.
 * @param moments how many numbers the preconditioner has learnt; in double, as some are near 1
 */
record LocalSums(Network network, boolean momentum, int moments) {
    private static final int WORKERS = 0;
    private static final int DROPPED = 1;
    private static final int SCALED_BACK = 2;
    private static final int ROWS = 3;
    private static final int WEIGHT = 4;
    private static final int LOSS = 5;
    private static final int DIVERGENCE = 6;
    private static final int SCALARS = 7;

    /**
     * What one worker did.
     * @param rows       seen, in all steps
     * @param weight     of these rows
     * @param loss       sum of w times the loss before each step, in nats
     * @param divergence KL(old || new), nats a row
     * @param way        from where the round began
     * @param memory     of {@link Momentum}
     */
    record Worker(
            double rows,
            double weight,
            double loss,
            double divergence,
            boolean scaledBack,
            Parameters way,
            Parameters memory,
            double[] moments) {}

    private int payload() {
        return network.size() * (momentum ? 2 : 1);
    }

    long bytes() {
        return 8L * (SCALARS + moments) + (long) network.precision().bytes() * payload();
    }

    /** A partition without rows. */
    PartialSums nobody() {
        return sums(new double[SCALARS + moments], new double[payload()]);
    }

    /** A worker that is left out. */
    PartialSums dropped() {
        double[] scalars = new double[SCALARS + moments];
        scalars[WORKERS] = 1;
        scalars[DROPPED] = 1;
        return sums(scalars, new double[payload()]);
    }

    PartialSums of(Worker worker) {
        double[] values = new double[payload()];
        Matrix all = new DoubleMatrix(values, 0, 1, values.length, values.length);
        all.colRange(0, network.size()).copyFrom(worker.way().flat());
        if (momentum) {
            all.colRange(network.size(), 2 * network.size())
                    .copyFrom(worker.memory().flat());
        }
        all.scale(worker.weight());
        double w = worker.weight();
        double[] scalars = Arrays.copyOf(
                new double[] {
                    1, 0, worker.scaledBack() ? 1 : 0, worker.rows(), w, worker.loss(), w * worker.divergence()
                },
                SCALARS + moments);
        for (int i = 0; i < moments; i++) {
            scalars[SCALARS + i] = w * worker.moments()[i];
        }
        return sums(scalars, values);
    }

    private PartialSums sums(double[] scalars, double[] values) {
        if (network.precision() == Precision.DOUBLE) {
            return new PartialSums(scalars, new float[0], values);
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return new PartialSums(scalars, floats, new double[0]);
    }

    /** The average of the workers that are not left out; none may be left. @param merged an accumulator */
    Average average(PartialSums merged) {
        double[] scalars = merged.scalars();
        double[] values = merged.doubles().clone();
        double weight = scalars[WEIGHT];
        for (int i = 0; i < values.length; i++) {
            values[i] /= weight;
        }
        double[] learnt = Arrays.copyOfRange(scalars, SCALARS, scalars.length);
        for (int i = 0; i < learnt.length; i++) {
            learnt[i] /= weight;
        }
        return new Average(
                scalars[ROWS],
                weight,
                scalars[LOSS] / weight,
                scalars[DIVERGENCE] / weight,
                (int) scalars[WORKERS],
                (int) scalars[DROPPED],
                (int) scalars[SCALED_BACK],
                values,
                learnt);
    }

    /** Averages over workers, weighted by rows; NaN where there is none. */
    record Average(
            double rows,
            double weight,
            double loss,
            double divergence,
            int workers,
            int dropped,
            int scaledBack,
            double[] values,
            double[] moments) {}

    Parameters way(Average average) {
        return vector(average, 0);
    }

    /** Only with momentum. */
    Parameters memory(Average average) {
        return vector(average, 1);
    }

    private Parameters vector(Average average, int number) {
        int size = network.size();
        return Parameters.of(network, Arrays.copyOfRange(average.values(), number * size, (number + 1) * size));
    }
}
