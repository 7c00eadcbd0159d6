package io.kfac.spark.table;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far two tables are apart.
 * @param columns  what was compared, the largest alarm first
 * @param refused  why, by name, columns could not be compared
 * @param shapes   of columns of numbers
 * @param notes    what a reader should know of the whole
 */
public record DriftResult(
        String reference,
        String current,
        long referenceRows,
        long currentRows,
        RowGroups groups,
        DriftOptions options,
        int permutations,
        List<Judged> columns,
        Map<String, String> refused,
        Shapes shapes,
        List<String> notes) {

    /**
     * A comparison among all others.
     * @param adjusted p-value
     * @param alarm    whether the lower limit is above the threshold and the adjusted p-value at or below the level
     */
    record Judged(ColumnDrift drift, double adjusted, boolean alarm) {}

    /** p-values, not adjusted, by column. */
    public Map<String, Double> pValues() {
        Map<String, Double> values = new TreeMap<>();
        columns.forEach(one -> values.put(one.drift().name(), one.drift().pValue()));
        return values;
    }

    /** How many comparisons alarm. */
    public long alarms() {
        return columns.stream().filter(Judged::alarm).count();
    }
}
