package io.kfac.spark.data;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.rdd.RDD;

/** Cached blocks that training and held out rows share: released when the last of them is closed. */
final class SharedCache {
    private final RDD<CachedBlock> blocks;
    private final SourceRows source;
    private final AtomicInteger users;

    /** @param source kept as long, where its rows could not be had again to rebuild a lost block */
    SharedCache(RDD<CachedBlock> blocks, SourceRows source, int users) {
        this.blocks = blocks;
        this.source = source;
        this.users = new AtomicInteger(users);
    }

    RDD<CachedBlock> blocks() {
        return blocks;
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            blocks.unpersist(false);
            source.close();
        }
    }
}
