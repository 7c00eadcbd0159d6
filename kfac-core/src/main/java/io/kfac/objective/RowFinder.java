package io.kfac.objective;

import io.kfac.batch.MiniBatch;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds the rows of narrow selections, such as the batches of local steps, among blocks that are asked for one after another: after a
 * few looks at every row, an index of the epoch, its rows sorted by position into buckets, costs less than further looks. Selections
 * hold the same rows in the same order with and without. Not thread-safe.
 */
final class RowFinder {
    /** Share of the rows from which on looking at all of them costs no more. */
    private static final double NARROW = 1.0 / 16;

    /** Looks at every row that cost about as much as an index. */
    private static final int LOOKS = 4;

    private static final int BUCKET_ROWS = 16;

    private final List<MiniBatch> blocks;
    /** Number of the first row of each block; last, of all rows. */
    private final long[] starts;

    private Optional<RowSelection> epoch = Optional.empty();
    private int looks;
    /** Numbers of the epoch's rows, bucket after bucket, and where each bucket begins; last, where they end. */
    private int[] rows = {};

    private int[] begins = {};
    private int[] found = {};
    private int[] selected = {};

    /** Takes the first {@code count} selected rows of a block, in ascending order. */
    @FunctionalInterface
    interface Taker {
        void take(MiniBatch block, int[] selected, int count);
    }

    RowFinder(List<MiniBatch> blocks) {
        this.blocks = List.copyOf(blocks);
        this.starts = new long[blocks.size() + 1];
        for (int b = 0; b < blocks.size(); b++) {
            starts[b + 1] = starts[b] + blocks.get(b).rows();
        }
    }

    List<MiniBatch> blocks() {
        return blocks;
    }

    long rows() {
        return starts[blocks.size()];
    }

    /** Whether to {@link #find} the rows, rather than to look at every one. */
    boolean knows(RowSelection selection) {
        if (selection.fraction() >= NARROW || rows() > Integer.MAX_VALUE) {
            return false;
        }
        RowSelection whole = selection.interval(0, 1);
        if (!epoch.equals(Optional.of(whole))) {
            epoch = Optional.of(whole);
            looks = 0;
        }
        if (looks == LOOKS) {
            index(whole);
        }
        return looks++ >= LOOKS;
    }

    /** A counting sort. Rows are hashed twice, as that takes less than keeping what came of it. */
    private void index(RowSelection whole) {
        int buckets = Integer.highestOneBit((int) Math.max(1, rows() / BUCKET_ROWS));
        int[] counts = new int[buckets + 1];
        for (MiniBatch block : blocks) {
            for (long id : block.rowIds()) {
                if (whole.holds(id)) {
                    counts[1 + bucket(whole.position(id), buckets)]++;
                }
            }
        }
        Arrays.parallelPrefix(counts, Integer::sum);
        begins = counts;
        rows = new int[begins[buckets]];
        int[] next = begins.clone();
        for (int b = 0; b < blocks.size(); b++) {
            long[] ids = blocks.get(b).rowIds();
            for (int i = 0; i < ids.length; i++) {
                if (whole.holds(ids[i])) {
                    rows[next[bucket(whole.position(ids[i]), buckets)]++] = (int) (starts[b] + i);
                }
            }
        }
    }

    private static int bucket(double position, int buckets) {
        return Math.min(buckets - 1, (int) (position * buckets));
    }

    /** Hands over the rows of a selection that it {@link #knows}, in the order of the blocks. */
    void find(RowSelection selection, Taker taker) {
        int count = candidates(selection);
        int at = 0;
        for (int b = 0; at < count; b++) {
            MiniBatch block = blocks.get(b);
            int taken = 0;
            while (at < count && found[at] < starts[b + 1]) {
                int row = (int) (found[at++] - starts[b]);
                if (selection.holds(block.rowIds()[row])) {
                    selected[taken++] = row;
                }
            }
            if (taken > 0) {
                taker.take(block, selected, taken);
            }
        }
    }

    /** Rows of all buckets that the selection touches, in ascending order. @return how many */
    private int candidates(RowSelection selection) {
        int buckets = begins.length - 1;
        int from = begins[bucket(selection.from(), buckets)];
        int count = begins[1 + bucket(selection.to(), buckets)] - from;
        if (found.length < count) {
            found = new int[count];
            selected = new int[count];
        }
        System.arraycopy(rows, from, found, 0, count);
        Arrays.sort(found, 0, count);
        return count;
    }
}
