package io.kfac.objective;

import io.kfac.batch.MiniBatch;
import io.kfac.linalg.CsrFeatures;
import io.kfac.linalg.Features;
import io.kfac.model.Network;
import io.kfac.model.Workspace;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Answers queries over blocks of rows on one thread, gathering selected rows into passes at gemm speed. Keeps its buffers
 * from call to call; not thread-safe.
 */
public final class Evaluator {
    /** Rows of a pass: enough for gemm to run at speed, few enough for the activations to stay in cache. */
    private static final int PASS_ROWS = 1024;

    /** Of wide sparse rows without hidden layers: each pass turns the weights round, and there is little else to keep in cache. */
    private static final int WIDE_PASS_ROWS = 8192;

    private static final int WIDE = 4096;

    private final Network network;
    private Optional<Workspace> workspace = Optional.empty();
    private final List<QueryPass> passes = new ArrayList<>();
    private int[] selected = new int[0];

    public Evaluator(Network network) {
        this.network = network;
    }

    public Network network() {
        return network;
    }

    /** One answer a query, in their order, each row visited once; then what came of the work that goes with them, if any. */
    public PartitionAnswer evaluate(Iterator<MiniBatch> blocks, QueryBatch batch) {
        if (batch.work().isEmpty()) {
            Gathering gathering = new Gathering(batch.queries());
            gathering.look(blocks, query -> true);
            return gathering.answer();
        }
        List<MiniBatch> own = new ArrayList<>();
        blocks.forEachRemaining(own::add);
        return evaluate(new RowFinder(own), batch);
    }

    /** The same of blocks that are asked again and again. */
    PartitionAnswer evaluate(RowFinder rows, QueryBatch batch) {
        Gathering gathering = new Gathering(batch.queries());
        gathering.find(rows);
        PartitionAnswer answer = gathering.answer();
        if (batch.work().isEmpty()) {
            return answer;
        }
        long start = System.nanoTime();
        PartialSums done = batch.work().get().run(new InMemoryObjective(this, rows));
        return answer.and(done, (System.nanoTime() - start) * 1e-9);
    }

    /** Answers in the making. */
    private final class Gathering {
        private final long start = System.nanoTime();
        private final List<Query> queries;
        private final List<QuerySums> sums;

        Gathering(List<Query> queries) {
            this.queries = queries;
            this.sums =
                    queries.stream().map(query -> new QuerySums(network, query)).toList();
        }

        /** Goes through all rows. @param which queries they are for, by number */
        void look(Iterator<MiniBatch> blocks, IntPredicate which) {
            while (blocks.hasNext()) {
                MiniBatch block = blocks.next();
                preparePasses(queries.size(), block.features());
                for (int q = 0; q < queries.size(); q++) {
                    if (which.test(q)) {
                        int count = select(block, queries.get(q).rows());
                        take(q, block, selected, count);
                    }
                }
            }
        }

        /** Goes through all rows, if need be, for those that are not known where to find. */
        void find(RowFinder rows) {
            List<Optional<RowFinder.Index>> indices =
                    queries.stream().map(query -> rows.index(query.rows())).toList();
            if (indices.stream().anyMatch(Optional::isEmpty)) {
                look(rows.blocks().iterator(), query -> indices.get(query).isEmpty());
            }
            for (int q = 0; q < queries.size(); q++) {
                if (indices.get(q).isPresent()) {
                    find(indices.get(q).get(), q);
                }
            }
        }

        private void find(RowFinder.Index index, int query) {
            index.find(queries.get(query).rows(), (block, found, count) -> {
                preparePasses(queries.size(), block.features());
                take(query, block, found, count);
            });
        }

        private void take(int query, MiniBatch block, int[] rows, int count) {
            passes.get(query).add(block, rows, count, sums.get(query), workspace.orElseThrow());
        }

        PartitionAnswer answer() {
            for (int q = 0; q < Math.min(passes.size(), queries.size()); q++) {
                passes.get(q).flush(sums.get(q), workspace.orElseThrow());
            }
            List<PartialSums> packed = sums.stream().map(QuerySums::pack).toList();
            double factors = sums.stream().mapToDouble(QuerySums::factorSeconds).sum();
            return new PartitionAnswer(packed, (System.nanoTime() - start) * 1e-9 - factors, factors);
        }
    }

    private int select(MiniBatch block, RowSelection rows) {
        if (selected.length < block.rows()) {
            selected = new int[block.rows()];
        }
        return rows.select(block.rowIds(), selected);
    }

    private void preparePasses(int count, Features example) {
        int rows = network.depth() == 1 && example instanceof CsrFeatures && example.cols() >= WIDE
                ? WIDE_PASS_ROWS
                : PASS_ROWS;
        if (workspace.isEmpty()) {
            workspace = Optional.of(new Workspace(network, rows));
        }
        while (passes.size() < count) {
            passes.add(new QueryPass(example, network, rows));
        }
    }
}
