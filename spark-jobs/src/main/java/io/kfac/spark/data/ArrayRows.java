package io.kfac.spark.data;

import org.apache.spark.unsafe.types.UTF8String;

/**
 * Rows that are in the driver's memory, summed up as a {@link TableScan} would, without Spark.
 * @param numbers    by column, NaN where there is no value
 * @param categories by column, null where there is no value
 */
public record ArrayRows(double[][] numbers, String[][] categories) {

    /** How many. */
    public int rows() {
        return numbers.length > 0 ? numbers[0].length : categories[0].length;
    }

    /** @param sums empty; modified @return the same */
    public <T extends RowSums<T>> T sum(T sums) {
        ColumnChunk chunk = new ColumnChunk(numbers.length, categories.length, TableScan.MOST_CATEGORIES);
        for (int i = 0; i < rows(); i++) {
            for (int j = 0; j < numbers.length; j++) {
                double x = numbers[j][i];
                chunk.setNumber(j, Double.isInfinite(x) ? Double.POSITIVE_INFINITY : x);
            }
            for (int j = 0; j < categories.length; j++) {
                String label = categories[j][i];
                chunk.setCode(j, label == null ? ColumnChunk.MISSING : chunk.code(j, UTF8String.fromString(label)));
            }
            long place = RowHash.mix(i);
            chunk.endRow(place, place);
            if (chunk.isFull()) {
                sums.add(chunk);
                chunk.clear();
            }
        }
        sums.add(chunk);
        sums.finish(chunk);
        return sums;
    }
}
