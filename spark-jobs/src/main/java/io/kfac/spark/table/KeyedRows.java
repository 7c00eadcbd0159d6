package io.kfac.spark.table;

import io.kfac.spark.data.ColumnChunk;
import java.util.Arrays;

/** The rows of a chunk in the order of their keys, which are codes of its first column of categories. */
final class KeyedRows {
    private final int[] rows = new int[ColumnChunk.CAPACITY];
    private int[] ends = {};
    private int keys;
    private int missing;
    private int beyond;

    /** @param keyed whether there is a key; else all rows have that of code 0 @param most keys that are told apart */
    void sort(ColumnChunk chunk, boolean keyed, int most) {
        int count = chunk.rows();
        missing = 0;
        beyond = 0;
        if (!keyed) {
            keys = 1;
            ends = new int[] {count};
            for (int i = 0; i < count; i++) {
                rows[i] = i;
            }
            return;
        }
        int[] codes = chunk.codes(0);
        int[] sizes = new int[most];
        keys = 0;
        for (int i = 0; i < count; i++) {
            int code = codes[i];
            if (code >= 0 && code < most) {
                sizes[code]++;
                keys = Math.max(keys, code + 1);
            } else if (code == ColumnChunk.MISSING) {
                missing++;
            } else {
                beyond++;
            }
        }
        int[] next = new int[keys];
        for (int k = 1; k < keys; k++) {
            next[k] = next[k - 1] + sizes[k - 1];
        }
        for (int i = 0; i < count; i++) {
            int code = codes[i];
            if (code >= 0 && code < most) {
                rows[next[code]++] = i;
            }
        }
        ends = Arrays.copyOf(next, keys);
    }

    int[] rows() {
        return rows;
    }

    /** Keys that may have rows: codes below this. */
    int keys() {
        return keys;
    }

    int start(int key) {
        return key == 0 ? 0 : ends[key - 1];
    }

    int end(int key) {
        return ends[key];
    }

    /** Rows without a key. */
    int missing() {
        return missing;
    }

    int beyond() {
        return beyond;
    }
}
