/**
 * Tables to cached blocks of rows: readers, encodings of features and labels, standardisation, and blocks for
 * prediction. The main path: {@link io.kfac.spark.data.Tables} reads, {@link io.kfac.spark.data.TrainingData} makes
 * blocks in two passes (statistics, blocks), {@link io.kfac.spark.data.DataEncoding} is what a model keeps to encode
 * new rows alike.
 */
package io.kfac.spark.data;
