package io.kfac.spark.jobs;

import io.kfac.model.Network;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.SolverChoice;
import org.apache.hadoop.fs.Path;

/** What all runs of a comparison share: the session, rows that were loaded once, the model, what a plan starts from. */
record HeatContext(
        Session session,
        CompareConfig config,
        LoadedTables tables,
        Network network,
        RunFacts facts,
        Plan.Workload workload,
        Plan.Limits limits,
        SolverChoice choice,
        Path output) {}
