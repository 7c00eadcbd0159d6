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
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/**
 * The objective of blocks that one job has brought to the driver: for exact solvers on little data, whose passes would take less time
 * than the jobs around them. The driver's cores take the partitions side by side, and their sums merge in partition order: the
 * numbers are those of a {@link SparkObjective}, to the bit.
 */
final class DriverObjective implements RowsObjective {
    private final InMemoryObjective rows;
    private final long bytes;
    private volatile boolean cancelled;

    /** @param label prefix of the job's description, such as {@code Newton} */
    DriverObjective(Network network, JavaRDD<MiniBatch> blocks, String label) {
        SparkContext context = blocks.context();
        ClassTag<byte[]> tag = ClassTag$.MODULE$.apply(byte[].class);
        try (JobLabel named = new JobLabel(context, "kfac-" + UUID.randomUUID(), label + " rows to the driver")) {
            byte[][] parts = (byte[][]) context.runJob(blocks.rdd(), new Collect(), tag);
            this.bytes = Stream.of(parts).mapToLong(part -> part.length).sum();
            this.rows = InMemoryObjective.inParts(
                    network,
                    Arrays.stream(parts)
                            .map(part -> List.of(Portable.fromBytes(part, MiniBatch[].class)))
                            .toList());
        }
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

    @Override
    public Network network() {
        return rows.network();
    }

    @Override
    public long rows() {
        return rows.rows();
    }

    @Override
    public int partitions() {
        return rows.partitions();
    }

    @Override
    public List<Evaluation> evaluate(String purpose, List<Query> queries) {
        check();
        return rows.evaluate(purpose, queries);
    }

    @Override
    public LocalAnswer evaluate(String purpose, List<Query> queries, LocalWork work) {
        check();
        return rows.evaluate(purpose, queries, work);
    }

    /** One job, which brought the rows; the passes are none. */
    @Override
    public Cost cost() {
        Cost passes = rows.cost();
        return new Cost(1, bytes, passes.forwardBackward(), passes.factors(), passes.reduce(), 0, 0);
    }

    private void check() {
        if (cancelled) {
            throw new CancelledException("stopped before a pass over the rows");
        }
    }

    /** Before the next pass: the one at hand is shorter than a job. */
    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public void close() {}
}
