package io.kfac.spark.engine;

import io.kfac.batch.MiniBatch;
import io.kfac.model.Network;
import io.kfac.objective.CancelledException;
import io.kfac.objective.Cost;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.LocalAnswer;
import io.kfac.objective.LocalWork;
import io.kfac.objective.Query;
import io.kfac.spark.data.JobLabel;
import io.kfac.spark.data.Portable;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/**
 * The objective of blocks that one job, the first, brings to the driver: for exact solvers on little data, whose passes would take less
 * time than the jobs around them. The driver's cores take the partitions side by side, and their sums merge in partition order: the
 * numbers are those of a {@link SparkObjective} that does not add by groups, to the bit.
 */
final class DriverObjective implements RowsObjective {
    /** Share of the driver's memory that the rows of all runs may take together. */
    private static final double MOST_HELD = 0.2;

    private static final AtomicLong HELD = new AtomicLong();

    private final Network network;
    private final JavaRDD<MiniBatch> blocks;
    private final long rows;
    private final String label;
    private final long reserved;
    private final String group = "kfac-" + UUID.randomUUID();
    private Optional<InMemoryObjective> near = Optional.empty();
    private long bytes;
    private double collecting;
    private volatile boolean cancelled;
    private boolean closed;

    /**
     * @param rows     in all
     * @param label    prefix of the job's description, such as {@code Newton}
     * @param reserved bytes, by {@link #reserve}; given back when this is closed
     */
    DriverObjective(Network network, JavaRDD<MiniBatch> blocks, long rows, String label, long reserved) {
        BlasWarning.sayOnce();
        this.network = network;
        this.blocks = blocks;
        this.rows = rows;
        this.label = label;
        this.reserved = reserved;
    }

    /** Whether the runs of this JVM leave room for so many bytes of rows; then they are reserved. */
    static boolean reserve(long bytes) {
        double most = MOST_HELD * Runtime.getRuntime().maxMemory();
        if (HELD.addAndGet(bytes) <= most) {
            return true;
        }
        HELD.addAndGet(-bytes);
        return false;
    }

    /** The blocks of a partition. A class with a name: for every lambda Spark reads class files. */
    private static final class Collect
            extends AbstractFunction2<TaskContext, scala.collection.Iterator<MiniBatch>, byte[]>
            implements Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public byte[] apply(TaskContext context, scala.collection.Iterator<MiniBatch> blocks) {
            List<MiniBatch> own = new ArrayList<>();
            CollectionConverters.asJava(blocks).forEachRemaining(own::add);
            return Portable.toBytes(own.toArray(MiniBatch[]::new));
        }
    }

    private InMemoryObjective near() {
        if (cancelled) {
            throw new CancelledException("stopped before a pass over the rows");
        }
        if (near.isEmpty()) {
            near = Optional.of(InMemoryObjective.inParts(network, collect()));
        }
        return near.get();
    }

    private List<List<MiniBatch>> collect() {
        long start = System.nanoTime();
        SparkContext context = blocks.context();
        ClassTag<byte[]> tag = ClassTag$.MODULE$.apply(byte[].class);
        try (JobLabel named = new JobLabel(context, group, label + " rows to the driver")) {
            byte[][] parts = (byte[][]) context.runJob(blocks.rdd(), new Collect(), tag);
            List<List<MiniBatch>> decoded = new ArrayList<>();
            for (int p = 0; p < parts.length; p++) {
                decoded.add(List.of(Portable.fromBytes(parts[p], MiniBatch[].class)));
                bytes += parts[p].length;
                parts[p] = null; // Both at once would be twice the data.
            }
            collecting = (System.nanoTime() - start) * 1e-9;
            return decoded;
        } catch (Exception e) {
            throw OrderedSum.translate(e);
        }
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public int partitions() {
        return blocks.getNumPartitions();
    }

    @Override
    public List<Evaluation> evaluate(String purpose, List<Query> queries) {
        return near().evaluate(purpose, queries);
    }

    @Override
    public LocalAnswer evaluate(String purpose, List<Query> queries, LocalWork work) {
        return near().evaluate(purpose, queries, work);
    }

    /** One job, which brought the rows; the passes are none. */
    @Override
    public Cost cost() {
        Cost passes = near.map(InMemoryObjective::cost).orElse(Cost.NONE);
        long jobs = near.isPresent() ? 1 : 0;
        return new Cost(jobs, bytes, passes.forwardBackward(), passes.factors(), passes.reduce(), 0, collecting);
    }

    /** Passes are shorter than jobs: the one at hand ends by itself. */
    @Override
    public void cancel() {
        cancelled = true;
        blocks.context().cancelJobGroup(group);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            near = Optional.empty();
            HELD.addAndGet(-reserved);
        }
    }
}
