package io.kfac.objective;

import io.kfac.batch.MiniBatch;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds the rows of narrow selections, such as the batches of local steps, among blocks that are asked for one after another: after a
 * few looks at every row, an index of the epoch costs less than further looks. Selections
 * hold the same rows in the same order with and without. Not thread-safe.
 */
final class RowFinder {
    /** Share of the rows from which on looking at all of them costs no more. */
    private static final double NARROW = 1.0 / 16;

    /** Looks at every row that cost more than an index: who looks fewer times, as in short rounds, pays for none. */
    private static final int LOOKS = 8;

    private static final int BUCKET_ROWS = 16;

    private final List<MiniBatch> blocks;
    /** Number of the first row of each block; last, of all rows. */
    private final long[] starts;

    private Optional<RowSelection> epoch = Optional.empty();
    private int looks;
    private Optional<Index> index = Optional.empty();
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

    /** Where to find the rows, or empty for who should look at every one. */
    Optional<Index> index(RowSelection selection) {
        if (selection.fraction() >= NARROW || rows() > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        RowSelection whole = selection.interval(0, 1);
        if (!epoch.equals(Optional.of(whole))) {
            epoch = Optional.of(whole);
            index = Optional.empty();
            looks = 0;
        }
        if (index.isEmpty() && looks++ == LOOKS) {
            index = Optional.of(new Index(whole));
        }
        return index;
    }

    /** The rows of an epoch by a counting sort of their positions into buckets. */
    final class Index {
        /** Numbers of the rows, bucket after bucket, and where each bucket begins; last, where they end. */
        private final int[] sorted;

        private final int[] begins;

        /** Rows are hashed twice, as that takes less than keeping what came of it. */
        private Index(RowSelection whole) {
            begins = new int[1 + Integer.highestOneBit((int) Math.max(1, rows() / BUCKET_ROWS))];
            for (MiniBatch block : blocks) {
                for (long id : block.rowIds()) {
                    if (whole.holds(id)) {
                        begins[1 + bucket(whole.position(id))]++;
                    }
                }
            }
            for (int b = 1; b < begins.length; b++) {
                begins[b] += begins[b - 1];
            }
            sorted = new int[begins[begins.length - 1]];
            int[] next = begins.clone();
            for (int b = 0; b < blocks.size(); b++) {
                long[] ids = blocks.get(b).rowIds();
                for (int i = 0; i < ids.length; i++) {
                    if (whole.holds(ids[i])) {
                        sorted[next[bucket(whole.position(ids[i]))]++] = (int) (starts[b] + i);
                    }
                }
            }
        }

        private int bucket(double position) {
            int buckets = begins.length - 1;
            return Math.min(buckets - 1, (int) (position * buckets));
        }

        /** Hands over the rows of a selection of this epoch, in the order of the blocks. */
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
            int from = begins[bucket(selection.from())];
            int count = begins[1 + bucket(selection.to())] - from;
            if (found.length < count) {
                found = new int[count];
                selected = new int[count];
            }
            System.arraycopy(sorted, from, found, 0, count);
            Arrays.sort(found, 0, count);
            return count;
        }
    }
}
