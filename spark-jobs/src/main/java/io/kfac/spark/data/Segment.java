package io.kfac.spark.data;

import java.io.Serializable;

/**
 * Consecutive rows of one task that come from one part of one file.
 * @param file  empty where it is not known
 * @param start first byte of the part
 */
record Segment(String file, long start, long rows) implements Serializable {}
