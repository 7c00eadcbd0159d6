package io.kfac.spark.data;

import java.util.Comparator;
import java.util.List;

/**
 * The rows of some chunks by ascending row id; rows of equal id in the order of the table's partitions. So a
 * partition's blocks hold the same rows in the same order whichever way the table was cut and in whatever order chunks
 * arrived.
 */
final class RowOrder {
    private final RowChunk[] chunks;
    private final int[] chunkOf;
    private final int[] rowOf;

    RowOrder(List<RowChunk> unordered) {
        this.chunks = unordered.stream()
                .sorted(Comparator.comparingInt(RowChunk::source).thenComparingInt(RowChunk::sequence))
                .toArray(RowChunk[]::new);
        int rows = 0;
        for (RowChunk chunk : chunks) {
            rows = Math.addExact(rows, chunk.rows());
        }
        long[] ids = new long[rows];
        int[] chunk = new int[rows];
        int[] row = new int[rows];
        int next = 0;
        boolean ascending = true;
        for (int c = 0; c < chunks.length; c++) {
            for (int r = 0; r < chunks[c].rows(); r++) {
                ids[next] = chunks[c].id(r);
                chunk[next] = c;
                row[next] = r;
                ascending &= next == 0 || ids[next - 1] <= ids[next];
                next++;
            }
        }
        if (ascending) {
            this.chunkOf = chunk;
            this.rowOf = row;
            return;
        }
        int[] order = sort(ids);
        this.chunkOf = new int[rows];
        this.rowOf = new int[rows];
        for (int i = 0; i < rows; i++) {
            chunkOf[i] = chunk[order[i]];
            rowOf[i] = row[order[i]];
        }
    }

    /** Positions by ascending key, stable: bottom-up merges, which are quick on the sorted runs that chunks are. */
    static int[] sort(long[] keys) {
        int n = keys.length;
        int[] from = new int[n];
        int[] to = new int[n];
        for (int i = 0; i < n; i++) {
            from[i] = i;
        }
        for (int width = 1; width < n; width *= 2) {
            for (int low = 0; low < n; low += 2 * width) {
                merge(keys, from, to, low, Math.min(low + width, n), Math.min(low + 2 * width, n));
            }
            int[] swap = from;
            from = to;
            to = swap;
        }
        return from;
    }

    private static void merge(long[] keys, int[] from, int[] to, int low, int middle, int high) {
        if (middle >= high || keys[from[middle - 1]] <= keys[from[middle]]) {
            System.arraycopy(from, low, to, low, high - low);
            return;
        }
        int left = low;
        int right = middle;
        for (int k = low; k < high; k++) {
            boolean takeLeft = left < middle && (right >= high || keys[from[left]] <= keys[from[right]]);
            to[k] = takeLeft ? from[left++] : from[right++];
        }
    }

    int rows() {
        return chunkOf.length;
    }

    RowChunk chunk(int position) {
        return chunks[chunkOf[position]];
    }

    /** Row within its chunk. */
    int row(int position) {
        return rowOf[position];
    }
}
