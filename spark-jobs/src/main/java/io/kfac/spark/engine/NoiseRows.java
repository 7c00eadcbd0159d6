package io.kfac.spark.engine;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.family.Categorical;
import io.kfac.family.CounterRandom;
import io.kfac.linalg.CsrFeatures;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.Features;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.objective.RowSelection;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Rows without a meaning for a network, to measure passes with: more than caches hold, visited in batches that are drawn from them by
 * hashing, as training does.
 * @param blocks  of rows
 * @param batches which partition the rows
 * @param rows    of an average batch
 */
record NoiseRows(List<MiniBatch> blocks, List<RowSelection> batches, double rows) {
    private static final int BATCHES = 16;
    private static final int BLOCKS = 4;
    private static final int BATCH_ROWS = 1_024;
    /** In all: 64 MB in single precision. */
    private static final double NUMBERS = 1 << 24;

    /** @param density share of features that are not zero; below 1 rows are stored sparse */
    static NoiseRows of(Network network, double density) {
        double entries = Math.max(1, density * network.inputColumns());
        int batch = (int) Math.max(16, Math.min(BATCH_ROWS, NUMBERS / BATCHES / entries));
        int rows = batch * BATCHES / BLOCKS;
        RowSelection epoch = RowSelection.training(1, 0);
        return new NoiseRows(
                IntStream.range(0, BLOCKS)
                        .mapToObj(b -> block(network, density, (long) b * rows, rows))
                        .toList(),
                IntStream.range(0, BATCHES)
                        .mapToObj(k -> epoch.interval((double) k / BATCHES, (k + 1.0) / BATCHES))
                        .toList(),
                batch);
    }

    private static MiniBatch block(Network network, double density, long first, int rows) {
        int[] labels = new int[rows];
        Arrays.setAll(labels, i -> (int) ((first + i) % network.outputs()));
        Matrix halves = Matrix.zeros(network.precision(), rows, network.outputs());
        halves.fill(0.5);
        return new MiniBatch(
                density < 1 ? sparse(network, density, first, rows) : dense(network, first, rows),
                network.family() instanceof Categorical ? new Targets.Classes(labels) : new Targets.Values(halves),
                new double[0],
                LongStream.range(first, first + rows).toArray());
    }

    private static Features dense(Network network, long first, int rows) {
        Matrix x = Matrix.zeros(network.precision(), rows, network.inputColumns());
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < x.cols(); j++) {
                x.set(i, j, number(first + i, j));
            }
        }
        return new DenseFeatures(x);
    }

    /** Entries at gaps that are on average as wide as the density says. */
    private static Features sparse(Network network, double density, long first, int rows) {
        int columns = network.inputColumns();
        double gap = 2 / density - 1;
        int[] starts = new int[rows + 1];
        int[] at = new int[16];
        int count = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = gap(gap, first + i, -1) - 1; j < columns; j += gap(gap, first + i, j)) {
                at = count == at.length ? Arrays.copyOf(at, 2 * count) : at;
                at[count++] = j;
            }
            starts[i + 1] = count;
        }
        double[] values = new double[count];
        Arrays.setAll(values, k -> number(first, k));
        if (network.precision() == Precision.DOUBLE) {
            return new CsrFeatures(rows, columns, starts, at, values);
        }
        float[] floats = new float[count];
        for (int k = 0; k < count; k++) {
            floats[k] = (float) values[k];
        }
        return new CsrFeatures(rows, columns, starts, at, floats);
    }

    /** From 1 to the widest. */
    private static int gap(double widest, long row, long column) {
        return 1 + (int) (CounterRandom.uniform(CounterRandom.key(row, column)) * widest);
    }

    private static double number(long row, long column) {
        return CounterRandom.uniform(CounterRandom.key(row, column)) - 0.5;
    }

    /** As many of the rows as {@link #rows}, about. */
    RowSelection batch(int number) {
        return batches.get(number % batches.size());
    }
}
