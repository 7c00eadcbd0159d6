package io.kfac.spark.table;

import io.kfac.spark.data.ColumnChunk;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A column of categories by group of rows: how often each comes, and rows without one. */
final class CategoryGroups implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int groups;
    private final double[] missing;
    private final TreeMap<String, int[]> counts = new TreeMap<>();
    private long beyond;

    private transient List<int[]> byCode;

    CategoryGroups(int groups) {
        this.groups = groups;
        this.missing = new double[groups];
    }

    /** Takes categories as {@link ColumnChunk#codes} has them. @param group of each row; negative: not used */
    void add(int[] codes, int[] group, int count) {
        if (byCode == null) {
            byCode = new ArrayList<>();
        }
        for (int i = 0; i < count; i++) {
            int code = codes[i];
            if (group[i] < 0) {
                continue;
            }
            if (code >= 0) {
                while (code >= byCode.size()) {
                    byCode.add(new int[groups]);
                }
                byCode.get(code)[group[i]]++;
            } else if (code == ColumnChunk.MISSING) {
                missing[group[i]]++;
            } else {
                beyond++;
            }
        }
    }

    /** @param labels of codes */
    void finish(List<String> labels) {
        for (int code = 0; byCode != null && code < byCode.size(); code++) {
            counts.put(labels.get(code), byCode.get(code));
        }
        byCode = null;
    }

    void merge(CategoryGroups that) {
        beyond += that.beyond;
        for (int g = 0; g < groups; g++) {
            missing[g] += that.missing[g];
        }
        that.counts.forEach((label, those) -> {
            int[] mine = counts.putIfAbsent(label, those);
            for (int g = 0; mine != null && g < groups; g++) {
                mine[g] += those[g];
            }
        });
    }

    int groups() {
        return groups;
    }

    double[] missing() {
        return missing;
    }

    /** By group, in order of labels. */
    Map<String, int[]> counts() {
        return counts;
    }

    /** Rows of categories that were too many to be told apart. */
    long beyond() {
        return beyond;
    }
}
