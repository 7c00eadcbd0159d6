package io.kfac.spark.engine;

import io.kfac.batch.MiniBatch;
import io.kfac.model.Network;
import io.kfac.objective.Cost;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Evaluations;
import io.kfac.objective.Evaluator;
import io.kfac.objective.LocalAnswer;
import io.kfac.objective.LocalWork;
import io.kfac.objective.PartialSums;
import io.kfac.objective.PartitionAnswer;
import io.kfac.objective.Query;
import io.kfac.objective.QueryBatch;
import io.kfac.spark.data.JobLabel;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;

/**
 * The objective of blocks that are spread over a cluster: one Spark job a call, whatever the number of queries. Each task
 * evaluates its partition's blocks just as {@link io.kfac.objective.InMemoryObjective} does; partial sums merge in partition
 * order. Closing releases buffers; the blocks belong to the caller.
 */
public final class SparkObjective implements RowsObjective {
    private final SparkContext context;
    private final Network network;
    private final JavaRDD<MiniBatch> blocks;
    private final long rows;
    private final OrderedSum sum;
    private final String run = UUID.randomUUID().toString();
    private final String group;
    private final boolean ownGroup;
    private final String label;
    private Cost cost = Cost.NONE;

    /**
     * @param blocks cached rows, at least one partition
     * @param rows   in all
     * @param label  prefix of the jobs' descriptions, such as {@code K-FAC}
     */
    public SparkObjective(Network network, JavaRDD<MiniBatch> blocks, long rows, String label) {
        this.context = blocks.context();
        this.network = network;
        this.blocks = blocks;
        this.rows = rows;
        this.label = label;
        this.group = "kfac-" + run;
        this.ownGroup = context.getLocalProperty(JobLabel.GROUP) == null;
        this.sum = new OrderedSum(blocks.getNumPartitions());
    }

    /**
     * Cancels the job that is running, from any thread. One whose group the caller had set is let be, since that may hold other jobs of
     * theirs: then the run ends with the job at hand.
     */
    @Override
    public void cancel() {
        if (ownGroup) {
            context.cancelJobGroup(group);
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
    public Cost cost() {
        return cost;
    }

    @Override
    public List<Evaluation> evaluate(String purpose, List<Query> queries) {
        return Evaluations.unpack(network, queries, sums(purpose, new QueryBatch(network, queries)));
    }

    @Override
    public int partitions() {
        return blocks.getNumPartitions();
    }

    @Override
    public LocalAnswer evaluate(String purpose, List<Query> queries, LocalWork work) {
        QueryBatch batch = new QueryBatch(network, queries, Optional.of(work));
        return Evaluations.unpackLocal(network, queries, sums(purpose, batch));
    }

    private List<PartialSums> sums(String purpose, QueryBatch batch) {
        try (JobLabel named = new JobLabel(context, group, label + " " + purpose)) {
            String runId = run;
            OrderedSum.Result result = sum.run(blocks, batch, (asked, rowBlocks) -> answer(runId, asked, rowBlocks));
            cost = cost.plus(result.cost());
            return result.sums();
        }
    }

    private static PartitionAnswer answer(String run, QueryBatch asked, Iterator<MiniBatch> blocks) {
        Evaluator evaluator = Evaluators.borrow(run, asked.network());
        PartitionAnswer answer = evaluator.evaluate(blocks, asked);
        // Not in a finally block: buffers that a failure left half full are not used again.
        Evaluators.giveBack(run, evaluator);
        return answer;
    }

    @Override
    public void close() {
        Evaluators.release(run);
    }
}
