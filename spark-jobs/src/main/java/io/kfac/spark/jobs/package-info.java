/**
 * The command line: thin commands that read configuration, call the engine and write results. {@link io.kfac.spark.jobs.Kfac} is
 * where it starts, {@link io.kfac.spark.jobs.TrainJob} the way from a table to a model.
 */
package io.kfac.spark.jobs;
