package io.kfac.curvature;

import io.kfac.family.CounterRandom;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.Features;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * Kronecker factors of each layer's block of the Fisher (Martens and Grosse 2015, sec. 3): A = sum w a a' over the layer's
 * inputs with their homogeneous 1, G = sum w g g' over back-propagated deltas.
 *
 * <p>Symmetric sums, in order: A of the layers from {@code firstInput} on, then G of all layers.
 * @param fisher     whose residuals G is made of
 * @param key        of the draws, if sampled: one for each step
 * @param firstInput 0, or 1 to leave out the A of the first layer: it depends on the data alone
 * @param inputShare share of the rows, chosen by hash, that the first layer's A is estimated from
 */
public record Kronecker(FisherKind fisher, long key, int firstInput, double inputShare) implements CurvatureKind {
    /** All A, of all rows. */
    public Kronecker(FisherKind fisher, long key, int firstInput) {
        this(fisher, key, firstInput, 1);
    }

    @Override
    public List<Integer> orders(Network network) {
        List<Integer> orders = new ArrayList<>();
        for (int l = firstInput; l < network.depth(); l++) {
            orders.add(network.layer(l).columns());
        }
        for (int l = 0; l < network.depth(); l++) {
            orders.add(network.layer(l).outputs());
        }
        return orders;
    }

    @Override
    public int passes(Network network) {
        return fisher.passes(network);
    }

    @Override
    public void add(
            Network network, Parameters at, Workspace workspace, double[] weights, long[] rowIds, CurvatureSums into) {
        for (int pass = 0; pass < passes(network); pass++) {
            boolean first = pass == 0;
            OutputDeltas.fill(fisher, pass, key, rowIds, workspace);
            network.backward(
                    at,
                    workspace,
                    (layer, inputs, deltas) -> add(network, first, layer, inputs, deltas, weights, rowIds, into));
        }
    }

    /** Adds one layer's outer products in one backward pass; those of inputs in the first pass alone. */
    void add(
            Network network,
            boolean first,
            int layer,
            Features inputs,
            Matrix deltas,
            double[] weights,
            long[] rowIds,
            CurvatureSums into) {
        if (first && layer >= firstInput) {
            double[] counted = layer == 0 && inputShare < 1 ? sampled(weights, rowIds) : weights;
            inputs.addGram(counted, inputFactor(into, layer));
        }
        new DenseFeatures(deltas).addGram(weights, outputFactor(network, into, layer));
    }

    /** Weights of the chosen rows, scaled so that sums keep their expectation; zeros for the others. */
    private double[] sampled(double[] weights, long[] rowIds) {
        double[] sampled = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            sampled[i] =
                    CounterRandom.uniform(CounterRandom.key(key, rowIds[i])) < inputShare ? weights[i] / inputShare : 0;
        }
        return sampled;
    }

    /** A of a layer, columns x columns, lower triangle; the layer is at least {@code firstInput}. */
    public Matrix inputFactor(CurvatureSums sums, int layer) {
        return sums.symmetric().get(layer - firstInput);
    }

    /** G of a layer, outputs x outputs, lower triangle. */
    public Matrix outputFactor(Network network, CurvatureSums sums, int layer) {
        return sums.symmetric().get(network.depth() - firstInput + layer);
    }
}
