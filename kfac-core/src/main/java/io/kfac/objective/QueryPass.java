package io.kfac.objective;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.RowBuffer;
import io.kfac.linalg.Features;
import io.kfac.model.Network;
import io.kfac.model.Workspace;

/** The rows that one query has selected and not yet seen through the network. */
final class QueryPass {
    private final RowBuffer buffer;
    private int[] chunk = new int[0];

    QueryPass(Features example, Network network, int capacity) {
        buffer = new RowBuffer(example, network.outputs(), network.precision(), capacity);
    }

    /** Takes rows of a block; each time the buffer is full, sums over it. */
    void add(MiniBatch block, int[] selected, int count, QuerySums sums, Workspace workspace) {
        int done = 0;
        while (done < count) {
            int take = Math.min(buffer.room(), count - done);
            buffer.append(block, rest(selected, done, take), take);
            done += take;
            if (buffer.room() == 0) {
                flush(sums, workspace);
            }
        }
    }

    private int[] rest(int[] selected, int from, int take) {
        if (from == 0) {
            return selected;
        }
        if (chunk.length < take) {
            chunk = new int[selected.length];
        }
        System.arraycopy(selected, from, chunk, 0, take);
        return chunk;
    }

    /** Sums over what is left. */
    void flush(QuerySums sums, Workspace workspace) {
        if (buffer.rows() > 0) {
            sums.add(buffer, workspace);
            buffer.clear();
        }
    }
}
