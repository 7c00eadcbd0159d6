package io.kfac.spark.engine;

import io.kfac.model.Network;
import io.kfac.objective.Objective;
import io.kfac.spark.data.TrainingData;

/** The objective of a run, wherever its rows are summed over. */
sealed interface RowsObjective extends Objective, AutoCloseable permits SparkObjective, DriverObjective {

    /** Where the optimizer's passes over the data take least time: see {@link SolverChoice#onDriver}. */
    static RowsObjective of(Network network, TrainingData data, OptimizerSpec optimizer) {
        long rows = data.summary().rows();
        SolverChoice choice = SolverChoice.of(network, data);
        return choice.onDriver(optimizer) && DriverObjective.reserve(choice.collectedBytes())
                ? new DriverObjective(network, data.blocks(), rows, optimizer.title(), choice.collectedBytes())
                : new SparkObjective(network, data.blocks(), rows, optimizer.title());
    }

    /** Ends the pass at hand soon, or else the next one before it begins, from any thread. */
    void cancel();

    @Override
    void close();
}
