/**
 * What tables are made of, as distributions: the families that fit a column ({@link io.kfac.spark.table.TableFit}) and how far two tables
 * are apart ({@link io.kfac.spark.table.TableDrift}). Passes sum up sufficient statistics; all else is done on the driver with {@code
 * io.kfac.family}.
 */
package io.kfac.spark.table;
