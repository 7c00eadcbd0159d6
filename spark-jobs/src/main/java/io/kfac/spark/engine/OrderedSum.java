package io.kfac.spark.engine;

import io.kfac.batch.MiniBatch;
import io.kfac.objective.CancelledException;
import io.kfac.objective.Cost;
import io.kfac.objective.Evaluations;
import io.kfac.objective.PartialSums;
import io.kfac.objective.PartitionAnswer;
import io.kfac.objective.QueryBatch;
import io.kfac.spark.data.Portable;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/**
 * Sends queries out and adds the answers up in partition order, never in order of arrival: equal input gives equal bits, run
 * after run. The only class that broadcasts and reduces.
 *
 * <p>Up to {@link #COLLECT_BYTES} in all, partial sums are collected and added left to right on the driver; beyond, groups of
 * consecutive partitions are added by reducers first, and the groups on the driver. Both ways travel as bytes of our own making,
 * whatever {@code spark.serializer} is.
 */
final class OrderedSum {
    static final long COLLECT_BYTES = 64L << 20;

    private final int partitions;
    private final long collectBytes;

    OrderedSum(int partitions) {
        this(partitions, COLLECT_BYTES);
    }

    OrderedSum(int partitions, long collectBytes) {
        this.partitions = partitions;
        this.collectBytes = collectBytes;
    }

    /** What a task does with the queries and the blocks of its partition. */
    @FunctionalInterface
    interface Task extends Serializable {
        PartitionAnswer answer(QueryBatch queries, Iterator<MiniBatch> blocks);
    }

    /**
     * A task as Spark runs it. A class with a name, because for every lambda Spark's closure cleaner reads class files, which
     * takes longer than a small job.
     */
    private static final class PartitionTask
            extends AbstractFunction2<TaskContext, scala.collection.Iterator<MiniBatch>, byte[]>
            implements Serializable {
        private static final long serialVersionUID = 1L;

        private final Broadcast<byte[]> queries;
        private final Task task;
        private final long answerBytes;

        PartitionTask(Broadcast<byte[]> queries, Task task, long answerBytes) {
            this.queries = queries;
            this.task = task;
            this.answerBytes = answerBytes;
        }

        byte[] answer(Iterator<MiniBatch> rows) {
            QueryBatch asked = Portable.fromBytes(queries.value(), QueryBatch.class);
            return Portable.toBytes(task.answer(asked, rows), answerBytes);
        }

        @Override
        public byte[] apply(TaskContext context, scala.collection.Iterator<MiniBatch> rows) {
            return answer(CollectionConverters.asJava(rows));
        }
    }

    /** @param sums one accumulator a query */
    record Result(List<PartialSums> sums, Cost cost) {}

    Result run(JavaRDD<MiniBatch> blocks, QueryBatch queries, Task task) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(blocks.context());
        long start = System.nanoTime();
        Broadcast<byte[]> sent = context.broadcast(Portable.toBytes(queries, queries.bytes()));
        double broadcast = seconds(start);
        try {
            long answerBytes = queries.answerBytes();
            PartitionTask answer = new PartitionTask(sent, task, answerBytes);
            int groups = groups(answerBytes);
            long collecting = System.nanoTime();
            List<byte[]> answers = groups < partitions ? grouped(blocks, answer, groups) : collected(blocks, answer);
            List<PartitionAnswer> collected = decode(answers);
            double passes = seconds(collecting);
            long merging = System.nanoTime();
            List<PartialSums> sums = Evaluations.add(collected);
            double forwardBackward = max(collected, true);
            double factors = max(collected, false);
            long bytes = executors(context) * queries.bytes() + partitions * answerBytes;
            return new Result(
                    sums,
                    new Cost(
                            1,
                            bytes,
                            forwardBackward,
                            factors,
                            seconds(merging),
                            broadcast,
                            Math.max(0, passes - forwardBackward - factors)));
        } catch (Exception e) {
            throw translate(e);
        } finally {
            sent.destroy();
        }
    }

    /** A broadcast reaches each executor once. Spark's list has the driver in it. */
    private static int executors(JavaSparkContext context) {
        return Math.max(1, context.sc().statusTracker().getExecutorInfos().length - 1);
    }

    /** As many groups as keep what the driver collects within bounds, at least one and at most one a partition. */
    int groups(long answerBytes) {
        if (answerBytes * partitions <= collectBytes) {
            return partitions;
        }
        long fit = Math.max(1, collectBytes / Math.max(1, answerBytes));
        // Fewer groups than the square root would make the reducers the bottleneck.
        return (int) Math.min(partitions, Math.max(fit, (long) Math.ceil(Math.sqrt(partitions))));
    }

    /** In partition order. */
    private static List<byte[]> collected(JavaRDD<MiniBatch> blocks, PartitionTask answer) {
        ClassTag<byte[]> bytes = ClassTag$.MODULE$.apply(byte[].class);
        return List.of((byte[][]) blocks.context().runJob(blocks.rdd(), answer, bytes));
    }

    private List<byte[]> grouped(JavaRDD<MiniBatch> blocks, PartitionTask answer, int groups) {
        int size = (partitions + groups - 1) / groups;
        JavaRDD<byte[]> answers =
                blocks.mapPartitions(rows -> List.of(answer.answer(rows)).iterator());
        JavaPairRDD<Integer, Tuple2<Integer, byte[]>> keyed = answers.mapPartitionsWithIndex(
                        (index, part) -> {
                            List<Tuple2<Integer, Tuple2<Integer, byte[]>>> out = new ArrayList<>();
                            part.forEachRemaining(a -> out.add(new Tuple2<>(index / size, new Tuple2<>(index, a))));
                            return out.iterator();
                        },
                        false)
                .mapToPair(pair -> pair);
        return keyed.partitionBy(new GroupPartitioner(groups))
                .values()
                .mapPartitions(OrderedSum::addGroup)
                .collect();
    }

    private static Iterator<byte[]> addGroup(Iterator<Tuple2<Integer, byte[]>> part) {
        List<Tuple2<Integer, byte[]>> members = new ArrayList<>();
        part.forEachRemaining(members::add);
        if (members.isEmpty()) {
            return List.<byte[]>of().iterator();
        }
        members.sort(Comparator.comparing(Tuple2::_1));
        List<PartitionAnswer> ordered = decode(members.stream().map(Tuple2::_2).toList());
        PartitionAnswer sum = new PartitionAnswer(Evaluations.add(ordered), max(ordered, true), max(ordered, false));
        return List.of(Portable.toBytes(sum)).iterator();
    }

    private static List<PartitionAnswer> decode(List<byte[]> answers) {
        return answers.stream()
                .map(bytes -> Portable.fromBytes(bytes, PartitionAnswer.class))
                .toList();
    }

    private static double max(List<PartitionAnswer> answers, boolean forwardBackward) {
        return answers.stream()
                .mapToDouble(a -> forwardBackward ? a.forwardBackward() : a.factors())
                .max()
                .orElse(0);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }

    static RuntimeException translate(Exception e) {
        if (e instanceof SparkException spark && "SPARK_JOB_CANCELLED".equals(spark.getCondition())) {
            return new CancelledException("the job group was cancelled");
        }
        return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e.getMessage(), e);
    }
}
