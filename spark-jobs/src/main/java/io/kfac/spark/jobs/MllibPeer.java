package io.kfac.spark.jobs;

import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Penalty;
import io.kfac.spark.data.BadInput;
import java.util.stream.IntStream;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A classifier of MLlib's whose model is one of our networks, so that the same judge can judge it. */
sealed interface MllibPeer {
    String LOGISTIC = "mllib-logistic";
    String PERCEPTRON = "mllib-mlp";

    /** Converged is what no tolerance calls so: the comparison says when to end. */
    double TOLERANCE = 1e-12;

    /** @param iterations that it took, fewer than asked for where it converged */
    record Fit(Parameters parameters, int iterations) {}

    /** The network that its model is. */
    Network network();

    Fit fit(Dataset<Row> frame, int iterations, long seed);

    /** @param kind of targets @throws BadInput if the model is none that MLlib has */
    static MllibPeer of(String name, Network network, Penalty penalty, DataConfig data, ModelConfig.Kind kind) {
        if (kind != ModelConfig.Kind.CLASSIFIER || data.columns().offset().isPresent()) {
            throw new BadInput("Cannot compare with %s: it is a classifier, and knows no offsets. Remedy: leave it out"
                    .formatted(name));
        }
        if (name.equals(LOGISTIC)) {
            if (network.depth() > 1) {
                throw new BadInput(
                        "Cannot compare with mllib-logistic: the model has hidden layers. Remedy: mllib-mlp, or --set model.hidden=[]");
            }
            return new Logistic(network, penalty);
        }
        if (network.depth() == 1 || data.columns().weight().isPresent() || penalty.lambda() > 0) {
            throw new BadInput(
                    "Cannot compare with mllib-mlp: it has hidden layers, no penalty and no weights. Remedy: mllib-logistic");
        }
        return new Perceptron(perceptron(network));
    }

    /** MLlib's hidden units are logistic, its outputs a softmax. */
    private static Network perceptron(Network network) {
        return Network.mlp(
                network.layer(0).inputs(),
                network.layers().stream()
                        .limit(network.depth() - 1L)
                        .map(Layer::outputs)
                        .toList(),
                Math.max(2, network.outputs()),
                Activation.LOGISTIC,
                new Categorical(),
                network.precision());
    }

    /** LogisticRegression. */
    record Logistic(Network network, Penalty penalty) implements MllibPeer {
        @Override
        public Fit fit(Dataset<Row> frame, int iterations, long seed) {
            double strength = penalty.lambda() + penalty.l1();
            LogisticRegressionModel model = new LogisticRegression()
                    .setFamily(network.outputs() == 1 ? "binomial" : "multinomial")
                    .setWeightCol("weight")
                    .setStandardization(false)
                    .setRegParam(strength)
                    .setElasticNetParam(strength > 0 ? penalty.l1() / strength : 0)
                    .setMaxIter(iterations)
                    .setTol(TOLERANCE)
                    .fit(frame);
            Parameters parameters = Parameters.zeros(network, Precision.DOUBLE);
            io.kfac.linalg.Matrix w = parameters.layer(0);
            Matrix coefficients = model.coefficientMatrix();
            for (int k = 0; k < w.rows(); k++) {
                for (int j = 0; j < coefficients.numCols(); j++) {
                    w.set(k, j, coefficients.apply(k, j));
                }
                w.set(k, w.cols() - 1, model.interceptVector().apply(k));
            }
            return new Fit(parameters, model.summary().totalIterations());
        }
    }

    /** MultilayerPerceptronClassifier. */
    record Perceptron(Network network) implements MllibPeer {
        @Override
        public Fit fit(Dataset<Row> frame, int iterations, long seed) {
            int[] widths = network.widths().stream().mapToInt(w -> w).toArray();
            MultilayerPerceptronClassificationModel model = new MultilayerPerceptronClassifier()
                    .setLayers(widths)
                    .setSeed(seed)
                    .setMaxIter(iterations)
                    .setTol(TOLERANCE)
                    .fit(frame);
            return new Fit(parameters(model.weights()), model.summary().totalIterations());
        }

        /** MLlib's flat weights: for each layer W column by column, then its biases. */
        private Parameters parameters(Vector flat) {
            Parameters parameters = Parameters.zeros(network, Precision.DOUBLE);
            int at = 0;
            for (int l = 0; l < network.depth(); l++) {
                io.kfac.linalg.Matrix w = parameters.layer(l);
                for (int j : IntStream.range(0, w.cols()).toArray()) {
                    for (int k = 0; k < w.rows(); k++) {
                        w.set(k, j, flat.apply(at++));
                    }
                }
            }
            return parameters;
        }
    }
}
