package io.kfac.testing;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.family.Bernoulli;
import io.kfac.family.Binomial;
import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.family.Gamma;
import io.kfac.family.Gaussian;
import io.kfac.family.IndependentOutputs;
import io.kfac.family.NegativeBinomial;
import io.kfac.family.Normal;
import io.kfac.family.Poisson;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Small random problems with every head. */
public final class Problems {
    private static final NegativeBinomial OVERDISPERSED = new NegativeBinomial(1.7);

    /** Every head: a new member belongs here. */
    public static final List<ExponentialFamily> FAMILIES = List.of(
            new Bernoulli(),
            new Categorical(),
            new Gaussian(),
            new Normal().logLink(),
            new Binomial().logLink(),
            new Poisson().canonicalLink(),
            new Gamma().canonicalLink(),
            new Gamma().logLink(),
            OVERDISPERSED.canonicalLink(),
            OVERDISPERSED.logLink());

    private Problems() {}

    public static Network network(ExponentialFamily family, Activation activation, Precision precision, int... widths) {
        List<Integer> hidden = new ArrayList<>();
        for (int i = 1; i < widths.length - 1; i++) {
            hidden.add(widths[i]);
        }
        return Network.mlp(widths[0], hidden, widths[widths.length - 1], activation, family, precision);
    }

    /** Rows of standard normal features with their column of ones, and targets that the family can take. */
    public static MiniBatch batch(Network network, int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Matrix x = Matrix.zeros(network.precision(), rows, network.inputColumns());
        int d = network.layer(0).inputs();
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < d; j++) {
                x.set(i, j, normal(random));
            }
            if (network.layer(0).bias()) {
                x.set(i, d, 1);
            }
        }
        return new MiniBatch(
                new DenseFeatures(x),
                targets(network, x, random),
                new double[0],
                LongStream.range(0, rows).toArray(),
                offsets(network.family(), rows));
    }

    /** Links whose domain is a half-line get offsets that keep small networks inside. */
    private static double[] offsets(ExponentialFamily family, int rows) {
        boolean restricted = family instanceof IndependentOutputs outputs && !outputs.admits(0.5);
        double[] offsets = new double[restricted ? rows : 0];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = -8 - 0.1 * i % 1;
        }
        return offsets;
    }

    private static Targets targets(Network network, Matrix x, SplittableRandom random) {
        int rows = x.rows();
        int k = network.outputs();
        if (network.family() instanceof Categorical) {
            int[] labels = new int[rows];
            for (int i = 0; i < rows; i++) {
                double lean = x.get(i, 0) + 0.5 * normal(random);
                labels[i] = Math.floorMod((int) Math.floor(lean * 1.5), k);
            }
            return new Targets.Classes(labels);
        }
        Matrix values = Matrix.zeros(network.precision(), rows, k);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < k; j++) {
                double lean = Math.sin(x.get(i, j % network.layer(0).inputs())) + 0.3 * normal(random);
                values.set(i, j, target((IndependentOutputs) network.family(), lean));
            }
        }
        return new Targets.Values(values);
    }

    /** Zeros among them where the family has them, and shares between 0 and 1. */
    private static double target(IndependentOutputs family, double lean) {
        if (family instanceof Bernoulli) {
            return lean > 0 ? 1 : 0;
        }
        return switch (family.distribution().domain()) {
            case REAL -> lean;
            case NOT_NEGATIVE -> Math.max(0, Math.floor(1 + 2 * lean));
            case POSITIVE -> Math.exp(lean);
            case UNIT -> Math.max(0, Math.min(1, Math.rint(1 + 2 * lean) / 2));
        };
    }

    /** Parameters away from zero. */
    public static Parameters parameters(Network network, double scale, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[network.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = scale * normal(random);
        }
        return Parameters.of(network, values);
    }

    /** The batch with other weights. */
    public static MiniBatch weighted(MiniBatch batch, double... weights) {
        return new MiniBatch(batch.features(), batch.targets(), weights, batch.rowIds(), batch.offsets());
    }

    /** Chosen rows of a batch, in the given order; they keep their ids. */
    public static MiniBatch rows(MiniBatch batch, int... rows) {
        DenseFeatures dense = (DenseFeatures) batch.features();
        Matrix x = Matrix.zeros(dense.precision(), rows.length, dense.cols());
        long[] ids = new long[rows.length];
        double[] weights = new double[batch.weights().length == 0 ? 0 : rows.length];
        double[] offsets = new double[batch.offsets().length == 0 ? 0 : rows.length];
        Matrix all = Matrix.zeros(dense.precision(), dense.rows(), dense.cols());
        dense.copyTo(all);
        for (int i = 0; i < rows.length; i++) {
            x.rowRange(i, i + 1).copyFrom(all.rowRange(rows[i], rows[i] + 1));
            ids[i] = batch.rowIds()[rows[i]];
            if (weights.length > 0) {
                weights[i] = batch.weights()[rows[i]];
            }
            if (offsets.length > 0) {
                offsets[i] = batch.offsets()[rows[i]];
            }
        }
        return new MiniBatch(new DenseFeatures(x), targetRows(batch.targets(), rows), weights, ids, offsets);
    }

    private static Targets targetRows(Targets targets, int... rows) {
        if (targets instanceof Targets.Classes classes) {
            int[] labels = new int[rows.length];
            for (int i = 0; i < rows.length; i++) {
                labels[i] = classes.labels()[rows[i]];
            }
            return new Targets.Classes(labels);
        }
        if (targets instanceof Targets.Values values) {
            Matrix picked = Matrix.zeros(
                    values.values().precision(), rows.length, values.values().cols());
            for (int i = 0; i < rows.length; i++) {
                picked.rowRange(i, i + 1).copyFrom(values.values().rowRange(rows[i], rows[i] + 1));
            }
            return new Targets.Values(picked);
        }
        return targets;
    }

    /** The lower triangle mirrored: a full symmetric matrix in double. */
    public static DoubleMatrix full(Matrix lower) {
        DoubleMatrix full = DoubleMatrix.zeros(lower.rows(), lower.cols());
        for (int i = 0; i < lower.rows(); i++) {
            for (int j = 0; j <= i; j++) {
                full.set(i, j, lower.get(i, j));
                full.set(j, i, lower.get(i, j));
            }
        }
        return full;
    }

    public static double normal(SplittableRandom random) {
        return Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
    }
}
