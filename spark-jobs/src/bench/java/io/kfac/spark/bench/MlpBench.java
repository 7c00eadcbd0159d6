package io.kfac.spark.bench;

import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.optimizer.Optimizer;
import io.kfac.spark.data.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** [784, 100, 10] against MLlib's MultilayerPerceptronClassifier, 100 iterations, with its logistic units and with tanh. */
final class MlpBench implements Bench.Benchmark {
    private static final int ITERATIONS = 100;
    private static final int HIDDEN = 100;
    private static final long LIMIT = 200;
    private static final DoubleUnaryOperator LOGISTIC = z -> 1 / (1 + Math.exp(-z));

    @Override
    public Bench.Findings run(SparkSession spark) throws Exception {
        FashionMnist data = FashionMnist.read();
        Dataset<Row> frame = data.frame(spark, 0);
        MultilayerPerceptronClassifier peer = new MultilayerPerceptronClassifier()
                .setLayers(new int[] {FashionMnist.PIXELS, HIDDEN, FashionMnist.CLASSES})
                .setMaxIter(ITERATIONS)
                .setSeed(1);
        MultilayerPerceptronClassificationModel model = peer.fit(frame);
        double target = Judge.logLoss(data, 0, LOGISTIC, layers(model.weights()));
        System.out.printf("  peer after %d iterations: %.6f%n", ITERATIONS, target);

        Map<String, Object> details = new LinkedHashMap<>(Sides.describe());
        details.put("target", target);
        details.put("peerIterations", ITERATIONS);
        Function<Network, Optimizer> kfac = Ours.kfac(1e-5, 0.25);
        Duel.Times best = null;
        for (Activation activation : List.of(Activation.LOGISTIC, Activation.TANH)) {
            DoubleUnaryOperator hidden = activation == Activation.TANH ? Math::tanh : LOGISTIC;
            Network network = Network.mlp(
                    FashionMnist.PIXELS,
                    List.of(HIDDEN),
                    FashionMnist.CLASSES,
                    activation,
                    new Categorical(),
                    Precision.FLOAT);
            Ours ours = new Ours(frame, network, Target.label("label"));
            OptionalLong steps = FirstStep.find(
                    ours,
                    kfac,
                    target,
                    LIMIT,
                    fit -> Judge.logLoss(
                            data, 0, hidden, Ours.layers(network, fit.result().parameters())));
            if (steps.isEmpty()) {
                System.out.printf("  %s units: not at the target after %d steps%n", activation.key(), LIMIT);
                details.put(activation.key(), "not reached");
                continue;
            }
            Sides.Last last = new Sides.Last();
            Duel.Times times = Duel.run(
                    () -> peer.fit(frame),
                    true,
                    () -> last.set(ours.fit(kfac, steps.getAsLong(), Double.POSITIVE_INFINITY, (r, w) -> {})));
            details.put(
                    activation.key(),
                    last.details(
                            times,
                            Judge.logLoss(
                                    data,
                                    0,
                                    hidden,
                                    Ours.layers(network, last.get().result().parameters()))));
            System.out.printf("  %s units: %s%n", activation.key(), times.headline());
            best = best == null || times.ratio() > best.ratio() ? times : best;
        }
        if (best == null) {
            return new Bench.Findings("target not reached", details);
        }
        details.put("ratio", best.ratio());
        return new Bench.Findings(best.headline(), details);
    }

    /** MLlib's flat weights: for each layer W column by column, then biases. */
    static Judge.Dense[] layers(Vector flat) {
        int[] widths = {FashionMnist.PIXELS, HIDDEN, FashionMnist.CLASSES};
        double[] values = flat.toArray();
        Judge.Dense[] layers = new Judge.Dense[widths.length - 1];
        int at = 0;
        for (int l = 0; l < layers.length; l++) {
            int inputs = widths[l];
            int outputs = widths[l + 1];
            double[][] weights = new double[outputs][inputs];
            for (int j = 0; j < inputs; j++) {
                for (int k = 0; k < outputs; k++) {
                    weights[k][j] = values[at++];
                }
            }
            double[] biases = new double[outputs];
            System.arraycopy(values, at, biases, 0, outputs);
            at += outputs;
            layers[l] = new Judge.Dense(weights, biases);
        }
        return layers;
    }
}
