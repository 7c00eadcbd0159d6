/** Distributed evaluation of the objective, and what keeps it running: native BLAS in every JVM, checkpoints, run log. */
package io.kfac.spark.engine;
