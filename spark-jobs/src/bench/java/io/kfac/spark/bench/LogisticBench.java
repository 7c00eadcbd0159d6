package io.kfac.spark.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Logistic or softmax regression on one set against MLlib's LogisticRegression, on the storage of the set that suits it better. */
final class LogisticBench implements Bench.Benchmark {
    /** More than we take. */
    private static final int TO_THE_END = 5_000;

    /** Enough to tell which storage the peer is faster on. */
    private static final int TRIAL = 20;

    private final Head head;
    private final ElasticNet penalty;
    private final Limits limits;
    private final List<Source> storages;

    /**
     * Most iterations.
     * @param peer where its time is taken if it never comes to the target
     * @param ours where the target is, if it is not at the optimum
     */
    record Limits(int peer, int ours) {
        static Limits ofPeer(int peer) {
            return new Limits(peer, TO_THE_END);
        }
    }

    /** Reads a set. */
    interface Source {
        Dataset<Row> open(SparkSession spark) throws Exception;
    }

    /** @param storages of the same set */
    LogisticBench(Head head, double regParam, Limits limits, Source... storages) {
        this.head = head;
        this.penalty = ElasticNet.ridge(regParam);
        this.limits = limits;
        this.storages = List.of(storages);
    }

    @Override
    public Bench.Findings run(SparkSession spark) throws Exception {
        Map<String, Object> details = new LinkedHashMap<>(Sides.describe());
        Dataset<Row> frame = storages.size() == 1 ? storages.get(0).open(spark) : fastest(spark, details);
        LinearJudge judge = LinearJudge.of(frame, head);
        ToDoubleFunction<Linear> objective = model -> judge.objective(model, penalty);
        JobCount jobs = new JobCount(spark.sparkContext());
        Race.Result result = Race.run(
                new Judged("peer", new MllibLogistic(frame, head, penalty), limits.peer(), objective, jobs),
                new Judged("ours", new OurLinear(frame, head, penalty), limits.ours(), objective, jobs));
        details.putAll(result.details());
        return new Bench.Findings(result.headline(), details);
    }

    private Dataset<Row> fastest(SparkSession spark, Map<String, Object> details) throws Exception {
        List<Double> seconds = new ArrayList<>();
        int best = 0;
        for (int i = 0; i < storages.size(); i++) {
            Dataset<Row> frame = storages.get(i).open(spark);
            Contestant peer = new MllibLogistic(frame, head, penalty);
            peer.fit(TRIAL);
            seconds.add(Duel.seconds(() -> peer.fit(TRIAL)));
            best = seconds.get(i) < seconds.get(best) ? i : best;
            frame.unpersist(true);
        }
        System.out.printf(
                "  seconds of the peer for %d iterations, by storage: %s; storage %d it is%n", TRIAL, seconds, best);
        details.put("peerSecondsByStorage", seconds);
        details.put("storage", best);
        return storages.get(best).open(spark);
    }
}
