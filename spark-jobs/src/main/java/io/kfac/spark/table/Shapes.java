package io.kfac.spark.table;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What columns of numbers look like in both tables: bars of rows that were drawn from each.
 * @param referenceRows drawn, or all
 * @param columns       by name; none where all numbers of the drawn rows are equal
 */
record Shapes(int referenceRows, int currentRows, Map<String, Pair> columns) {
    private static final int BARS = 32;

    /** Over the same edges. */
    record Pair(Histogram reference, Histogram current) {}

    /** @param numbers columns, in the order of the sums */
    static Shapes of(List<String> numbers, RowSample reference, RowSample current) {
        Map<String, Pair> columns = new LinkedHashMap<>();
        for (int j = 0; j < numbers.size(); j++) {
            double[] here = reference.sorted(j);
            double[] there = current.sorted(j);
            double[] grid = Histogram.commonGrid(BARS, here, there);
            if (grid.length > 0 && here.length > 0 && there.length > 0) {
                columns.put(numbers.get(j), new Pair(Histogram.of(here, grid), Histogram.of(there, grid)));
            }
        }
        return new Shapes(reference.size(), current.size(), columns);
    }
}
