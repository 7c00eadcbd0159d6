package io.kfac.spark.ml;

import io.kfac.mixture.LikelihoodBlock;
import io.kfac.mixture.MixtureObjective;
import io.kfac.mixture.MixtureSums;
import io.kfac.mixture.MixtureTotals;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.JobLabel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** The mixtures of models on a cluster: likelihoods of the labels, cached as blocks; a job a call, sums in partition order. */
final class BlendObjective implements MixtureObjective, AutoCloseable {
    private final JavaRDD<BlendPartition> partitions;
    private final MixtureTotals totals;

    private BlendObjective(JavaRDD<BlendPartition> partitions, MixtureTotals totals) {
        this.partitions = partitions;
        this.totals = totals;
    }

    /** @throws BadInput if a row cannot be used */
    static BlendObjective load(Dataset<?> dataset, BlendColumns columns) {
        JavaRDD<Row> rows = columns.select(dataset).javaRDD();
        int slots = rows.context().defaultParallelism();
        JavaRDD<Row> spread = rows.getNumPartitions() > slots ? rows.coalesce(slots) : rows;
        String[] names = columns.probabilities();
        String label = columns.label();
        JavaRDD<BlendPartition> partitions = spread.mapPartitions(
                        part -> List.of(BlendPartition.of(part, label, names)).iterator())
                .persist(StorageLevel.MEMORY_AND_DISK());
        try (JobLabel named = new JobLabel(rows.context(), "blend: rows")) {
            MixtureTotals totals = new MixtureTotals(names.length);
            for (BlendPartition part : partitions.map(BlendObjective::head).collect()) {
                if (!part.problem().isEmpty()) {
                    throw new BadInput(part.problem());
                }
                totals.add(part.totals());
            }
            return new BlendObjective(partitions, totals);
        } catch (RuntimeException e) {
            partitions.unpersist(false);
            throw e;
        }
    }

    /** A partition without its rows. */
    private static BlendPartition head(BlendPartition whole) {
        return new BlendPartition(new ArrayList<>(), whole.totals(), whole.problem());
    }

    @Override
    public MixtureTotals totals() {
        return totals;
    }

    @Override
    public List<MixtureSums> evaluate(String purpose, List<double[]> weights) {
        int models = totals.models();
        ArrayList<double[]> sent = new ArrayList<>(weights);
        List<MixtureSums> merged = zeros(sent.size(), models);
        try (JobLabel named = new JobLabel(partitions.context(), purpose)) {
            List<List<MixtureSums>> parts = partitions
                    .map(part -> {
                        List<MixtureSums> sums = zeros(sent.size(), models);
                        for (LikelihoodBlock block : part.blocks()) {
                            block.add(sent, sums);
                        }
                        return sums;
                    })
                    .collect();
            for (List<MixtureSums> part : parts) {
                for (int k = 0; k < part.size(); k++) {
                    merged.get(k).add(part.get(k));
                }
            }
        }
        return merged;
    }

    private static List<MixtureSums> zeros(int points, int models) {
        return new ArrayList<>(IntStream.range(0, points)
                .mapToObj(k -> new MixtureSums(models))
                .toList());
    }

    @Override
    public void close() {
        partitions.unpersist(false);
    }
}
