package io.kfac.spark.bench;

import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.DataSummary;
import io.kfac.spark.data.Standardization;
import io.kfac.spark.data.Storage;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.TrainingData;
import io.kfac.spark.engine.ClusterLimits;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.TrainingRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Our side of linear models, building the blocks and the last look at all rows included. Features are standardised, where the
 * penalty is the plain one.
 */
record OurLinear(Dataset<Row> frame, Head head, ElasticNet penalty) implements Contestant {
    private static final long SEED = 1;

    @Override
    public Fit fit(int iterations) {
        long start = System.nanoTime();
        try (TrainingData data = TrainingData.load(Table.of(frame), options(head))) {
            double dataSeconds = (System.nanoTime() - start) * 1e-9;
            DataSummary found = data.summary();
            Network network = OurSolver.network(head, found.features(), found.classes());
            SparkContext context = frame.sparkSession().sparkContext();
            Plan.Workload workload =
                    new Plan.Workload(found.rows(), found.partitions(), context.defaultParallelism(), found.bytes());
            Penalty net = penalty(penalty);
            OptimizerSpec solver = OurSolver.choose(
                    network, net, workload, found.storage() == Storage.SPARSE, ClusterLimits.of(context));
            Plan.of(network, solver, workload).refuseUnlessFits(ClusterLimits.of(context));
            TrainingOptions until =
                    new TrainingOptions(iterations, Double.POSITIVE_INFINITY, SEED, 0, 5, 5, 1e-3, !solver.exact());
            List<StepReport> steps = new ArrayList<>();
            TrainingRun.Outcome outcome =
                    new TrainingRun(network, solver, net, until).run(data, Optional.empty(), steps::add);
            Standardization as = data.encoding().standardization();
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("solver", solver.title());
            details.put("data", found.describe());
            details.put("dataSeconds", dataSeconds);
            details.put("stepSeconds", outcome.seconds());
            details.put(
                    "driverSeconds",
                    steps.stream().mapToDouble(StepReport::refreshSeconds).sum());
            details.put("passes", outcome.cost().jobs());
            details.put("forwardBackwardSeconds", outcome.cost().forwardBackward());
            details.put("factorSeconds", outcome.cost().factors());
            details.put("reduceSeconds", outcome.cost().reduce());
            details.put("broadcastSeconds", outcome.cost().broadcast());
            details.put("overheadSeconds", outcome.cost().overhead());
            outcome.certificate().ifPresent(c -> details.put("decrement", c.decrement()));
            return new Fit(
                    () -> raw(network, outcome.result().parameters(), as),
                    (int) outcome.result().steps(),
                    head.byDeviance()
                            ? new double[0]
                            : steps.stream().mapToDouble(StepReport::loss).toArray(),
                    details);
        }
    }

    static DataOptions options(Head head) {
        DataOptions defaults = DataOptions.defaults();
        return defaults.with(OurSolver.target(head)).with(defaults.blocks().withPrecision(Precision.DOUBLE));
    }

    static Penalty penalty(ElasticNet net) {
        return new Penalty((1 - net.alpha()) * net.regParam(), net.alpha() * net.regParam(), new double[0]);
    }

    /** Coefficients of raw features from those of standardised ones. */
    static Linear raw(Network network, Parameters parameters, Standardization as) {
        Judge.Dense layer = Ours.layers(network, parameters)[0];
        double[][] weights = layer.weights();
        double[] intercepts = layer.biases();
        for (int k = 0; k < weights.length; k++) {
            for (int j = 0; j < weights[k].length; j++) {
                weights[k][j] = as.sigma()[j] > 0 ? weights[k][j] / as.sigma()[j] : 0;
                intercepts[k] -= as.centered() ? weights[k][j] * as.mean()[j] : 0;
            }
        }
        return new Linear(weights, intercepts);
    }
}
