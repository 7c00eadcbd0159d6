package io.kfac.spark.bench;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * The independent judge of both sides: mean losses over all rows by plain double loops, sharing no code with
 * either.
 */
final class Judge {
    private Judge() {}

    /** A layer's weights, outputs x inputs, and biases. */
    record Dense(double[][] weights, double[] biases) {}

    /** @param hidden activation of all layers but the last */
    static double logLoss(FashionMnist data, double shift, DoubleUnaryOperator hidden, Dense... layers) {
        return IntStream.range(0, data.labels().length)
                        .parallel()
                        .mapToDouble(i -> {
                            double[] a = new double[FashionMnist.PIXELS];
                            for (int j = 0; j < a.length; j++) {
                                a[j] = data.pixels()[i][j] + shift;
                            }
                            return loss(forward(a, hidden, layers), data.labels()[i]);
                        })
                        .sum()
                / data.labels().length;
    }

    /** Mean Bernoulli cross-entropy of the images with their own reconstruction, in nats an image. */
    static double crossEntropy(FashionMnist data, DoubleUnaryOperator hidden, Dense... layers) {
        return IntStream.range(0, data.labels().length)
                        .parallel()
                        .mapToDouble(i -> {
                            double[] x = new double[FashionMnist.PIXELS];
                            for (int j = 0; j < x.length; j++) {
                                x[j] = data.pixels()[i][j];
                            }
                            double[] z = forward(x, hidden, layers);
                            double loss = 0;
                            for (int j = 0; j < x.length; j++) {
                                loss += Math.max(z[j], 0) + Math.log(1 + Math.exp(-Math.abs(z[j]))) - x[j] * z[j];
                            }
                            return loss;
                        })
                        .sum()
                / data.labels().length;
    }

    static double[] forward(double[] input, DoubleUnaryOperator hidden, Dense... layers) {
        double[] a = input;
        for (int l = 0; l < layers.length; l++) {
            double[] z = layers[l].biases().clone();
            for (int k = 0; k < z.length; k++) {
                double[] w = layers[l].weights()[k];
                double sum = 0;
                for (int j = 0; j < w.length; j++) {
                    sum += w[j] * a[j];
                }
                z[k] += sum;
                z[k] = l < layers.length - 1 ? hidden.applyAsDouble(z[k]) : z[k];
            }
            a = z;
        }
        return a;
    }

    /** Of softmax. */
    static double loss(double[] logits, int label) {
        double max = Double.NEGATIVE_INFINITY;
        for (double z : logits) {
            max = Math.max(max, z);
        }
        double sum = 0;
        for (double z : logits) {
            sum += Math.exp(z - max);
        }
        return max + Math.log(sum) - logits[label];
    }
}
