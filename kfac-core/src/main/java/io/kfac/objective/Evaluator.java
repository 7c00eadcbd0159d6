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
            return answer(blocks, batch);
        }
        List<MiniBatch> own = new ArrayList<>();
        blocks.forEachRemaining(own::add);
        PartitionAnswer answer = answer(own.iterator(), batch);
        long start = System.nanoTime();
        PartialSums done = batch.work().get().run(new InMemoryObjective(this, own));
        return answer.and(done, (System.nanoTime() - start) * 1e-9);
    }

    private PartitionAnswer answer(Iterator<MiniBatch> blocks, QueryBatch batch) {
        long start = System.nanoTime();
        List<Query> queries = batch.queries();
        List<QuerySums> sums =
                queries.stream().map(query -> new QuerySums(network, query)).toList();
        while (blocks.hasNext()) {
            MiniBatch block = blocks.next();
            preparePasses(queries.size(), block.features());
            for (int q = 0; q < queries.size(); q++) {
                gather(block, queries.get(q).rows(), passes.get(q), sums.get(q));
            }
        }
        for (int q = 0; q < Math.min(passes.size(), queries.size()); q++) {
            passes.get(q).flush(sums.get(q), workspace.orElseThrow());
        }
        List<PartialSums> packed = sums.stream().map(QuerySums::pack).toList();
        double factors = sums.stream().mapToDouble(QuerySums::factorSeconds).sum();
        return new PartitionAnswer(packed, (System.nanoTime() - start) * 1e-9 - factors, factors);
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

    private void gather(MiniBatch block, RowSelection rows, QueryPass pass, QuerySums sums) {
        if (selected.length < block.rows()) {
            selected = new int[block.rows()];
        }
        int count = rows.select(block.rowIds(), selected);
        pass.add(block, selected, count, sums, workspace.orElseThrow());
    }
}
