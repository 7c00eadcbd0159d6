/**
 * Run logs to one self-contained HTML page, with JSON and CSV beside it. Needs no Spark: what a run wrote is all it reads. The page's
 * shell, {@link io.kfac.spark.report.Shell} and {@link io.kfac.spark.report.Chart}, serves other pages too.
 */
package io.kfac.spark.report;
