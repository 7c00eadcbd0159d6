package io.kfac.spark.table;

import io.kfac.spark.data.TableScan;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/** How often each category of a column comes, and rows without one. */
final class CategoryCounts implements Serializable {
    private static final long serialVersionUID = 1L;

    private final TreeMap<String, Long> counts = new TreeMap<>();
    private long missing;
    private long beyond;

    void add(String label, long rows) {
        counts.merge(label, rows, Long::sum);
    }

    void addMissing(long rows) {
        missing += rows;
    }

    /** Rows of categories that were too many to be told apart. */
    void addBeyond(long rows) {
        beyond += rows;
    }

    void merge(CategoryCounts that) {
        that.counts.forEach(this::add);
        missing += that.missing;
        beyond += that.beyond;
        if (counts.size() > TableScan.MOST_CATEGORIES) {
            beyond += rows();
            counts.clear();
        }
    }

    /** In order of labels. */
    Map<String, Long> counts() {
        return counts;
    }

    long rows() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    long missing() {
        return missing;
    }

    long beyond() {
        return beyond;
    }
}
