package io.kfac.spark.data;

import io.kfac.batch.MiniBatch;
import java.io.Serializable;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.JavaRDD;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * A table as cached blocks of rows, in partitions that are alike. The same table gives the same blocks, bit for bit, in every run. Where
 * the number of partitions is given, a row's partition and place in it depend on its id only, so blocks are the same however the table
 * itself was partitioned; else rows stay where they are if the table's partitions are as alike as hashing would make them. Close it to
 * release the cache; nothing else of the session is touched.
 */
public final class TrainingData implements AutoCloseable {
    private final SharedCache cache;
    private final JavaRDD<MiniBatch> blocks;
    private final DataSummary summary;
    private final DataEncoding encoding;
    private final Optional<TargetSummary> target;
    private final double[] columnMeans;
    private final double[] columnSigmas;
    private final AtomicBoolean closed = new AtomicBoolean();

    TrainingData(
            SharedCache cache,
            int part,
            DataSummary summary,
            DataEncoding encoding,
            Optional<TargetSummary> target,
            double[] columnMeans,
            double[] columnSigmas) {
        this.cache = cache;
        this.blocks = cache.blocks()
                .mapPartitions(new Part(part), true, ClassTag$.MODULE$.<MiniBatch>apply(MiniBatch.class))
                .toJavaRDD();
        this.summary = summary;
        this.encoding = encoding;
        this.target = target;
        this.columnMeans = columnMeans;
        this.columnSigmas = columnSigmas;
    }

    /** The blocks of one part. A class with a name: for every lambda Spark reads class files. */
    private static final class Part extends AbstractFunction1<Iterator<CachedBlock>, Iterator<MiniBatch>>
            implements Serializable {
        private static final long serialVersionUID = 1L;
        private final int part;

        Part(int part) {
            this.part = part;
        }

        @Override
        public Iterator<MiniBatch> apply(Iterator<CachedBlock> blocks) {
            return blocks.filter(block -> block.part() == part).map(CachedBlock::batch);
        }
    }

    /** Training and held out rows of one table. */
    public record Split(TrainingData train, TrainingData test) implements AutoCloseable {
        @Override
        public void close() {
            train.close();
            test.close();
        }
    }

    /** Finds out how to encode the table, and encodes it. @throws BadInput if it cannot be used */
    public static TrainingData load(Table table, DataOptions options) {
        return new DataLoader(table, options).train();
    }

    /** What the blocks of a table will be like, in one pass that caches nothing; its bytes are an estimate. @throws BadInput if it cannot be used */
    public static DataSummary inspect(Table table, DataOptions options) {
        return new DataLoader(table, options).inspect();
    }

    /** Finds out how to encode the table, and encodes it, with some rows held out for testing: means, deviations and categories come from the other rows. */
    public static Split loadSplit(Table table, DataOptions options, HoldOut holdOut) {
        return new DataLoader(table, options).split(holdOut);
    }

    /**
     * Encodes a labelled table as the training data of a model were.
     * @param options target, weight and id columns, and blocks; the rest is the encoding's
     */
    public static TrainingData load(Table table, DataOptions options, DataEncoding encoding) {
        return new DataLoader(table, options).encode(encoding);
    }

    /**
     * Blocks, in ascending order of row ids within a partition, or in the table's order where rows stayed where they were. Not to be persisted again: this is a view of what is
     * cached. Task results that hold blocks would go through {@code spark.serializer}; return sums, as bytes.
     */
    public JavaRDD<MiniBatch> blocks() {
        if (closed.get()) {
            throw new IllegalStateException("Cannot use blocks: the training data was closed");
        }
        return blocks;
    }

    public DataSummary summary() {
        return summary;
    }

    /** What a model keeps to encode new rows alike. */
    public DataEncoding encoding() {
        return encoding;
    }

    /** Class names, where the target is a class. */
    public Optional<LabelEncoding> labels() {
        return encoding.labels();
    }

    /** What the values to predict are like, where the target is a value. */
    public Optional<TargetSummary> target() {
        return target;
    }

    /** Weighted means of the raw features of the training rows, whether or not features are standardised. */
    public double[] columnMeans() {
        return columnMeans.clone();
    }

    /**
     * Sample (n - 1) standard deviations of the raw features of the training rows, whether or not features are
     * standardised.
     */
    public double[] columnSigmas() {
        return columnSigmas.clone();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            cache.release();
        }
    }
}
