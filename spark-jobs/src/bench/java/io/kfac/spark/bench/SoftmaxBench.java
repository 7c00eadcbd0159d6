package io.kfac.spark.bench;

import io.kfac.model.Network;
import io.kfac.optimizer.Optimizer;
import io.kfac.spark.data.Target;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Softmax regression without a penalty against MLlib's LogisticRegression, 100 iterations: as users get it, which stores these
 * images sparse, and on data that it stores dense (every pixel shifted by 1e-6). The headline is against its faster one.
 */
final class SoftmaxBench implements Bench.Benchmark {
    private static final int ITERATIONS = 100;
    private static final long LIMIT = 300;

    @Override
    public Bench.Findings run(SparkSession spark) throws Exception {
        FashionMnist data = FashionMnist.read();
        Map<String, Object> details = new LinkedHashMap<>(Sides.describe());
        Duel.Times dense = duel(spark, data, 1e-6, "dense", details);
        Duel.Times sparse = duel(spark, data, 0, "sparse", details);
        Duel.Times headline = Duel.median(dense.peer()) < Duel.median(sparse.peer()) ? dense : sparse;
        details.put("ratio", headline.ratio());
        return new Bench.Findings(headline.headline(), details);
    }

    private static Duel.Times duel(
            SparkSession spark, FashionMnist data, double shift, String name, Map<String, Object> details)
            throws Exception {
        Dataset<Row> frame = data.frame(spark, shift);
        LogisticRegression peer = new LogisticRegression()
                .setFamily("multinomial")
                .setMaxIter(ITERATIONS)
                .setRegParam(0);
        LogisticRegressionModel model = peer.fit(frame);
        double target = Judge.logLoss(data, shift, z -> z, layer(model));
        int iterations = model.summary().totalIterations();
        System.out.printf("  %s: peer after %d iterations: %.8f%n", name, iterations, target);
        Network network = Network.softmax(FashionMnist.PIXELS, FashionMnist.CLASSES);
        Ours ours = new Ours(frame, network, Target.label("label"));
        Function<Network, Optimizer> kfac = Ours.kfac(0, 1);
        OptionalLong steps = FirstStep.find(
                ours,
                kfac,
                target,
                LIMIT,
                fit -> Judge.logLoss(
                        data, shift, z -> z, Ours.layers(network, fit.result().parameters())));
        if (steps.isEmpty()) {
            throw new IllegalStateException("Not at the peer's objective %.8f after %d steps".formatted(target, LIMIT));
        }
        Sides.Last last = new Sides.Last();
        Duel.Times times = Duel.run(
                () -> peer.fit(frame),
                true,
                () -> last.set(ours.fit(kfac, steps.getAsLong(), Double.POSITIVE_INFINITY, (r, w) -> {})));
        Map<String, Object> found = last.details(
                times,
                Judge.logLoss(
                        data,
                        shift,
                        z -> z,
                        Ours.layers(network, last.get().result().parameters())));
        found.put("target", target);
        found.put("peerIterations", iterations);
        details.put(name, found);
        System.out.printf("  %s: %s%n", name, times.headline());
        frame.unpersist(true);
        return times;
    }

    private static Judge.Dense layer(LogisticRegressionModel model) {
        Matrix coefficients = model.coefficientMatrix();
        double[][] weights = new double[coefficients.numRows()][coefficients.numCols()];
        for (int k = 0; k < weights.length; k++) {
            for (int j = 0; j < weights[k].length; j++) {
                weights[k][j] = coefficients.apply(k, j);
            }
        }
        return new Judge.Dense(weights, model.interceptVector().toArray());
    }
}
