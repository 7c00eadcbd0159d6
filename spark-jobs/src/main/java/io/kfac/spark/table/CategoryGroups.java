package io.kfac.spark.table;

import io.kfac.spark.data.ColumnChunk;
import io.kfac.spark.data.TableScan;
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
    private final double[] present;
    private final TreeMap<String, int[]> counts = new TreeMap<>();
    private boolean beyond;

    private transient List<int[]> byCode;

    CategoryGroups(int groups) {
        this.groups = groups;
        this.missing = new double[groups];
        this.present = new double[groups];
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
            if (code == ColumnChunk.MISSING) {
                missing[group[i]]++;
                continue;
            }
            present[group[i]]++;
            if (code >= 0) {
                while (code >= byCode.size()) {
                    byCode.add(new int[groups]);
                }
                byCode.get(code)[group[i]]++;
            } else {
                beyond = true;
            }
        }
    }

    /** @param labels of codes */
    void finish(List<String> labels) {
        for (int code = 0; byCode != null && code < byCode.size(); code++) {
            counts.put(labels.get(code), byCode.get(code));
        }
        byCode = null;
        forgetMany();
    }

    /** Too many cannot be compared: none is kept, so that a column of names takes no more memory for having more rows. */
    private void forgetMany() {
        beyond |= counts.size() > TableScan.MOST_CATEGORIES;
        if (beyond) {
            counts.clear();
        }
    }

    void merge(CategoryGroups that) {
        beyond |= that.beyond;
        for (int g = 0; g < groups; g++) {
            missing[g] += that.missing[g];
            present[g] += that.present[g];
        }
        that.counts.forEach((label, those) -> {
            int[] mine = counts.putIfAbsent(label, those);
            for (int g = 0; mine != null && g < groups; g++) {
                mine[g] += those[g];
            }
        });
        forgetMany();
    }

    int groups() {
        return groups;
    }

    double[] missing() {
        return missing;
    }

    /** Rows with a category, by group. */
    double[] present() {
        return present;
    }

    /** By group, in order of labels; none where there are too many. */
    Map<String, int[]> counts() {
        return counts;
    }

    /** Whether there are more categories than can be told apart. */
    boolean beyond() {
        return beyond;
    }
}
