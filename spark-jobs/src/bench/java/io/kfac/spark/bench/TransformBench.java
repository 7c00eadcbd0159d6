package io.kfac.spark.bench;

import io.kfac.spark.ml.KfacClassificationModel;
import io.kfac.spark.ml.KfacClassifier;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Rows a second that a softmax regression scores, against MLlib's LogisticRegressionModel: raw prediction, probability and prediction
 * of Fashion-MNIST's images, all columns written to Spark's sink that keeps nothing. Images as users get them, many of them sparse
 * vectors, and all dense; the headline is the smaller ratio.
 */
final class TransformBench implements Bench.Benchmark {
    /** Of the images in the table that is scored: planning a query takes as long as scoring some of them. */
    private static final int COPIES = 25;

    private static final int ITERATIONS = 3;

    @Override
    public Bench.Findings run(SparkSession spark) throws Exception {
        FashionMnist data = FashionMnist.read();
        Map<String, Object> details = new LinkedHashMap<>(Sides.describe());
        Duel.Times dense = duel(data.frame(spark, 1e-6), "dense", details);
        Duel.Times mixed = duel(data.frame(spark, 0), "as users get them", details);
        Duel.Times headline = dense.ratio() < mixed.ratio() ? dense : mixed;
        details.put("ratio", headline.ratio());
        double rows = (double) COPIES * data.labels().length;
        return new Bench.Findings(
                "%.1fx (peer %,.0f rows/s, ours %,.0f rows/s)"
                        .formatted(
                                headline.ratio(),
                                rows / Duel.median(headline.peer()),
                                rows / Duel.median(headline.ours())),
                details);
    }

    private static Duel.Times duel(Dataset<Row> frame, String name, Map<String, Object> details) throws Exception {
        LogisticRegressionModel peer = new LogisticRegression()
                .setMaxIter(ITERATIONS)
                .setRegParam(0.01)
                .fit(frame);
        KfacClassificationModel ours = new KfacClassifier()
                .setOptimizer("kfac")
                .setMaxIter(ITERATIONS)
                .setRegParam(0.01)
                .fit(frame);
        Dataset<Row> copies = copies(frame);
        Duel.Times times = Duel.run(() -> score(peer, copies), false, () -> score(ours, copies));
        details.put(name, times.details());
        System.out.printf("  %s: %s%n", name, times.headline());
        frame.unpersist(true);
        return times;
    }

    private static Dataset<Row> copies(Dataset<Row> frame) {
        Dataset<Row> all = frame;
        for (int copy = 1; copy < COPIES; copy++) {
            all = all.union(frame);
        }
        return all;
    }

    private static Void score(Transformer model, Dataset<Row> frame) {
        model.transform(frame).write().format("noop").mode("overwrite").save();
        return null;
    }
}
