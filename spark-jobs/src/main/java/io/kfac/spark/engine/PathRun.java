package io.kfac.spark.engine;

import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Penalty;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.NewtonPath;
import io.kfac.spark.data.Storage;
import io.kfac.spark.data.TrainingData;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;

/** Exact fits of one model under a path of penalties, from rows that were loaded once, in jobs that several fits share. */
public final class PathRun {
    /** Fits that share a job: more would keep the driver waiting for the slowest. */
    private static final int MOST_TOGETHER = 64;

    private final Network network;
    private final double tolerance;
    private final int maxSteps;

    /** @param tolerance share of the loss that a fit's Newton decrement may be at its end */
    public PathRun(Network network, double tolerance, int maxSteps) {
        this.network = network;
        this.tolerance = tolerance;
        this.maxSteps = maxSteps;
    }

    /**
     * One solution a penalty, in their order.
     * @param penalties strongest first
     * @param cancelled asked between jobs
     */
    public List<NewtonPath.Solution> run(TrainingData train, List<Penalty> penalties, BooleanSupplier cancelled) {
        SparkContext context = train.blocks().context();
        Plan.Workload workload = new Plan.Workload(
                train.summary().rows(),
                train.summary().partitions(),
                context.defaultParallelism(),
                train.summary().bytes());
        boolean sparse = train.summary().storage() == Storage.SPARSE;
        Plan.Limits limits = ClusterLimits.of(context);
        int together = Math.min(MOST_TOGETHER, new SolverChoice(network, workload, sparse, limits).hessians());
        Plan.of(network, new ExactSpec.Newton(tolerance), workload).refuseUnlessFits(limits);
        Parameters start = StartingPoint.of(network, train, 0);
        try (SparkObjective objective =
                new SparkObjective(network, train.blocks(), train.summary().rows(), "Newton")) {
            return new NewtonPath(network, RowSelection.all(), tolerance, maxSteps, together)
                    .solve(objective, start, penalties, cancelled);
        }
    }
}
