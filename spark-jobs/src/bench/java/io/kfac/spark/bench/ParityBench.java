package io.kfac.spark.bench;

import io.kfac.optimizer.Certificate;
import io.kfac.spark.ml.KfacClassificationModel;
import io.kfac.spark.ml.KfacClassifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Not a race: on real sets with a constant column, under every kind of penalty, is our objective ever above that of a tight run of
 * MLlib's LogisticRegression? Both models by one independent judge.
 */
final class ParityBench implements Bench.Benchmark {
    /** Relative. */
    private static final double NEVER_ABOVE = 1e-9;

    private static final double PEER_TOLERANCE = 1e-13;
    private static final double TOLERANCE = 1e-12;
    private static final int OURS_LIMIT = 1_000;

    /** @param peerLimit iterations: as many as a minute of it takes, about */
    private record Set(String name, Head head, LogisticBench.Source source, int peerLimit) {}

    private static final List<Set> SETS = List.of(
            new Set("a9a", Head.BINOMIAL, SharedData::a9a, 500),
            new Set("covtype", Head.MULTINOMIAL, SharedData::covtype, 250),
            new Set("letter", Head.MULTINOMIAL, SharedData::letter, 400),
            new Set("news20", Head.MULTINOMIAL, SharedData::news20, 120));

    private record Case(double regParam, double alpha, boolean standardization) {
        static final List<Case> ALL = List.of(
                new Case(0, 0, true),
                new Case(0, 0, false),
                new Case(1e-3, 0, true),
                new Case(1e-3, 0, false),
                new Case(1e-3, 0.5, true),
                new Case(1e-3, 0.5, false),
                new Case(1e-3, 1, true),
                new Case(1e-3, 1, false));
    }

    @Override
    public Bench.Findings run(SparkSession spark) throws Exception {
        Map<String, Object> details = new LinkedHashMap<>(Sides.describe());
        String only = spark.conf().get("spark.kfac.bench.sets", "");
        List<String> above = new ArrayList<>();
        int cases = 0;
        double worst = Double.NEGATIVE_INFINITY;
        System.out.printf(
                "  %-8s %8s %5s %5s %16s %16s %10s %8s %8s  %s%n",
                "set", "regParam", "alpha", "std", "MLlib", "ours", "above", "MLlib s", "ours s", "ours ended");
        for (Set set : SETS) {
            if (!only.isEmpty() && !List.of(only.split(",")).contains(set.name())) {
                continue;
            }
            Dataset<Row> frame = Stored.withConstant(spark, set.source().open(spark));
            double[] sigmas = Columns.of(frame).sigmas();
            for (Case of : Case.ALL) {
                double[] scales = of.standardization() ? sigmas : ones(sigmas);
                LinearJudge judge = new LinearJudge(frame, set.head(), scales);
                ElasticNet penalty = new ElasticNet(of.regParam(), of.alpha());
                long start = System.nanoTime();
                LogisticRegressionModel peer = peer(set, of).fit(frame);
                long middle = System.nanoTime();
                KfacClassificationModel ours = ours(of).fit(frame);
                long end = System.nanoTime();
                double best = judge.objective(Linear.of(peer.coefficientMatrix(), peer.interceptVector()), penalty);
                double found = judge.objective(Linear.of(ours.coefficientMatrix(), ours.interceptVector()), penalty);
                double excess = found / best - 1;
                System.out.printf(
                        "  %-8s %8s %5s %5s %16.12f %16.12f %10.2g %8.1f %8.1f  %s%n",
                        set.name(),
                        of.regParam(),
                        of.alpha(),
                        of.standardization(),
                        best,
                        found,
                        excess,
                        (middle - start) * 1e-9,
                        (end - middle) * 1e-9,
                        ours.summary().certificate().map(Certificate::reason).orElse(""));
                cases++;
                worst = Math.max(worst, excess);
                String name = "%s %s".formatted(set.name(), of);
                details.put(name, Arrays.asList(best, found));
                if (excess > NEVER_ABOVE) {
                    above.add(name);
                }
            }
            frame.unpersist(true);
        }
        details.put("above", above);
        return new Bench.Findings(
                "%d of %d objectives above MLlib's by more than %.0e relative (worst %.2g)%s"
                        .formatted(above.size(), cases, NEVER_ABOVE, worst, above.isEmpty() ? "" : ": " + above),
                details);
    }

    private static double[] ones(double[] sigmas) {
        return Arrays.stream(sigmas).map(sigma -> sigma > 0 ? 1 : 0).toArray();
    }

    private static LogisticRegression peer(Set set, Case of) {
        return new LogisticRegression()
                .setFamily(set.head().family())
                .setMaxIter(set.peerLimit())
                .setTol(PEER_TOLERANCE)
                .setRegParam(of.regParam())
                .setElasticNetParam(of.alpha())
                .setStandardization(of.standardization());
    }

    private static KfacClassifier ours(Case of) {
        return new KfacClassifier()
                .setMaxIter(OURS_LIMIT)
                .setTol(TOLERANCE)
                .setRegParam(of.regParam())
                .setElasticNetParam(of.alpha())
                .setStandardization(of.standardization());
    }
}
