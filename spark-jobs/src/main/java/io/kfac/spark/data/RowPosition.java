package io.kfac.spark.data;

import java.io.Serializable;

/** Where a row stood in a pass over the table. */
record RowPosition(int partition, int segment, long position) implements Serializable {}
