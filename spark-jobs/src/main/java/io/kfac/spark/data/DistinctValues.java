package io.kfac.spark.data;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.unsafe.types.UTF8String;

/** Distinct strings of a column with their rows and weights, up to a limit. */
final class DistinctValues implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Rows and weight of one value. */
    static final class Count implements Serializable {
        private static final long serialVersionUID = 1L;
        long rows;
        double weight;
    }

    private final int limit;
    private final LinkedHashMap<String, Count> counts = new LinkedHashMap<>();
    private transient Map<UTF8String, Count> index;
    private long rows;
    private long beyond;
    private long missing;
    private double missingWeight;

    DistinctValues(int limit) {
        this.limit = limit;
    }

    /** @param value may lie in a buffer that is reused */
    void add(UTF8String value, double weight) {
        if (index == null) {
            index = new java.util.HashMap<>();
        }
        rows++;
        Count count = index.get(value);
        if (count == null) {
            if (counts.size() >= limit) {
                beyond++;
                return;
            }
            count = new Count();
            index.put(value.clone(), count);
            counts.put(value.toString(), count);
        }
        count.rows++;
        count.weight += weight;
    }

    void addMissing(double weight) {
        missingWeight += weight;
        missing++;
    }

    void merge(DistinctValues other) {
        rows += other.rows;
        missing += other.missing;
        missingWeight += other.missingWeight;
        beyond += other.beyond;
        other.counts.forEach((value, count) -> {
            Count mine = counts.get(value);
            if (mine == null) {
                if (counts.size() >= limit) {
                    beyond += count.rows;
                    return;
                }
                mine = new Count();
                counts.put(value, mine);
            }
            mine.rows += count.rows;
            mine.weight += count.weight;
        });
    }

    /** Mean over values of (count - expected)^2 / expected, where this part of the rows had the whole's shares. */
    double deviation(DistinctValues whole) {
        double sum = 0;
        for (Map.Entry<String, Count> entry : whole.counts.entrySet()) {
            double expected = (double) keptRows() * entry.getValue().rows / whole.keptRows();
            Count mine = counts.get(entry.getKey());
            double difference = (mine == null ? 0 : mine.rows) - expected;
            sum += difference * difference / expected;
        }
        return keptRows() == 0 ? 0 : sum / Math.max(1, whole.counts.size());
    }

    /** In order of appearance. */
    Map<String, Count> counts() {
        return counts;
    }

    /** Rows of the values kept. */
    long keptRows() {
        return rows - beyond;
    }

    /** Rows with a value, missing ones not counted. */
    long rows() {
        return rows;
    }

    double missingWeight() {
        return missingWeight;
    }

    long missing() {
        return missing;
    }

    /** Whether there are more distinct values than the limit. */
    boolean overflowed() {
        return beyond > 0;
    }

    /** Rows whose value was not kept because of the limit. */
    long beyond() {
        return beyond;
    }
}
