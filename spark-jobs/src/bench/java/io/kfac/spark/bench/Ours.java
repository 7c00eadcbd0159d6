package io.kfac.spark.bench;

import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.AdaptiveOptimizer;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.RunOptions;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.Trainer;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.optimizer.TrainingResult;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EncodingOptions;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.Target;
import io.kfac.spark.data.TrainingData;
import io.kfac.spark.engine.SparkObjective;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Our side: from a DataFrame to a trained network, building the blocks included. No tuning: defaults, no held-out rows. */
final class Ours {
    private static final long SEED = 1;

    /** What a fit came to: parameters act on the raw features. */
    record Fit(Network network, TrainingResult result, long jobs, double dataSeconds, double seconds) {}

    private final Dataset<Row> frame;
    private final Network network;
    private final Target target;

    Ours(Dataset<Row> frame, Network network, Target target) {
        this.frame = frame;
        this.network = network;
        this.target = target;
    }

    static Function<Network, Optimizer> kfac(double l2, double maxBatchShare) {
        return network -> new AdaptiveOptimizer(
                network,
                network.initialParameters(SEED),
                new KroneckerPreconditioner(network, KroneckerPreconditioner.Options.defaults()),
                new RunOptions(new Penalty(l2), SEED, 0),
                new AdaptiveOptions(
                        AdaptiveOptions.firstBatchRows(network), maxBatchShare, new Refresh.Every(5), Double.NaN),
                System::nanoTime);
    }

    /** @param watch is told of each finished step and the objective, for explorations; does nothing in timed runs */
    Fit fit(Function<Network, Optimizer> maker, long steps, double epochs, BiConsumer<StepReport, Watched> watch) {
        long start = System.nanoTime();
        DataOptions defaults = DataOptions.defaults();
        DataOptions options = defaults.with(target)
                .with(EncodingOptions.defaults().withStandardize(false))
                .with(defaults.blocks().withPrecision(network.precision()));
        try (TrainingData data = TrainingData.load(Table.of(frame), options)) {
            double dataSeconds = (System.nanoTime() - start) * 1e-9;
            try (SparkObjective objective =
                    new SparkObjective(network, data.blocks(), data.summary().rows(), "bench")) {
                Optimizer optimizer = maker.apply(network);
                TrainingOptions training = new TrainingOptions(steps, epochs, SEED, 0, 5, 5, 1e-3, true);
                Watched watched = new Watched(objective, optimizer, dataSeconds);
                TrainingResult result =
                        new Trainer(objective, optimizer, training, r -> watch.accept(r, watched)).run(() -> false);
                double seconds = (System.nanoTime() - start) * 1e-9;
                return new Fit(network, result, objective.cost().jobs(), dataSeconds, seconds);
            }
        }
    }

    /** What an exploration may look at between steps. */
    record Watched(Objective objective, Optimizer optimizer, double dataSeconds) {}

    /** A network's parameters as the judge reads them. */
    static Judge.Dense[] layers(Network network, Parameters parameters) {
        Judge.Dense[] layers = new Judge.Dense[network.depth()];
        Parameters values = parameters.to(network, Precision.DOUBLE);
        for (int l = 0; l < layers.length; l++) {
            int inputs = network.layer(l).inputs();
            double[][] weights = new double[network.layer(l).outputs()][inputs];
            double[] biases = new double[weights.length];
            double[] row = new double[inputs + 1];
            for (int k = 0; k < weights.length; k++) {
                values.layer(l).getRow(k, row);
                System.arraycopy(row, 0, weights[k], 0, inputs);
                biases[k] = row[inputs];
            }
            layers[l] = new Judge.Dense(weights, biases);
        }
        return layers;
    }
}
