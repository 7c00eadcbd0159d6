package io.kfac.model;

import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.linalg.Features;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.linalg.Precision;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An immutable architecture: layers, and the exponential family, link included, that the last layer puts out. Depth 1 is a
 * generalised linear model.
 * @param precision what executors compute in
 */
public record Network(List<Layer> layers, ExponentialFamily family, Precision precision) implements Serializable {
    private static final double[] NO_OFFSETS = {};

    public Network {
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("Cannot make a network of no layers");
        }
        for (int l = 1; l < layers.size(); l++) {
            if (layers.get(l).inputs() != layers.get(l - 1).outputs()) {
                throw new IllegalArgumentException("Cannot join layer %d with %d outputs to layer %d with %d inputs"
                        .formatted(
                                l - 1,
                                layers.get(l - 1).outputs(),
                                l,
                                layers.get(l).inputs()));
            }
        }
        if (layers.get(layers.size() - 1).activation() != Activation.IDENTITY) {
            throw new IllegalArgumentException(
                    "Cannot use an activation on the last layer: the output family brings its own link");
        }
    }

    /** Features in, hidden layers of the given widths, outputs of the family; biases everywhere. */
    public static Network mlp(
            int inputs,
            List<Integer> hidden,
            int outputs,
            Activation activation,
            ExponentialFamily family,
            Precision precision) {
        List<Layer> layers = new ArrayList<>();
        int width = inputs;
        for (int h : hidden) {
            layers.add(new Layer(width, h, activation, true));
            width = h;
        }
        layers.add(new Layer(width, outputs, Activation.IDENTITY, true));
        return new Network(layers, family, precision);
    }

    /** Softmax regression, in double. */
    public static Network softmax(int inputs, int classes) {
        return mlp(inputs, List.of(), classes, Activation.IDENTITY, new Categorical(), Precision.DOUBLE);
    }

    public int depth() {
        return layers.size();
    }

    public Layer layer(int index) {
        return layers.get(index);
    }

    /** Columns of the feature blocks, the homogeneous one included. */
    public int inputColumns() {
        return layers.get(0).columns();
    }

    public int outputs() {
        return layers.get(layers.size() - 1).outputs();
    }

    /** Parameters in all. */
    public int size() {
        int size = 0;
        for (Layer layer : layers) {
            size = Math.addExact(size, layer.size());
        }
        return size;
    }

    /** {@code [784, 100, 10]}. */
    public List<Integer> widths() {
        List<Integer> widths = new ArrayList<>();
        widths.add(layers.get(0).inputs());
        layers.forEach(layer -> widths.add(layer.outputs()));
        return widths;
    }

    void requireSize(int size) {
        if (size != size()) {
            throw new IllegalArgumentException("Cannot take %d numbers as the parameters of a network %s: it has %d"
                    .formatted(size, widths(), size()));
        }
    }

    /**
     * A starting point in double: weights normal with variance gain / inputs (Glorot and Bengio 2010, He et al. 2015),
     * biases zero; all zero for depth 1, whose loss is convex.
     */
    public Parameters initialParameters(long seed) {
        Parameters parameters = Parameters.zeros(this, Precision.DOUBLE);
        if (depth() == 1) {
            return parameters;
        }
        SplittableRandom random = new SplittableRandom(seed);
        for (int l = 0; l < depth(); l++) {
            Layer layer = layers.get(l);
            double deviation = Math.sqrt(layer.activation().initialGain() / layer.inputs());
            Matrix weights = parameters.layer(l);
            for (int i = 0; i < layer.outputs(); i++) {
                for (int j = 0; j < layer.inputs(); j++) {
                    weights.set(i, j, deviation * gaussian(random));
                }
            }
        }
        return parameters;
    }

    private static double gaussian(SplittableRandom random) {
        return Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
    }

    /**
     * The same with the biases of the outputs at a constant, which is what untrained weights then put out, about: the loss and its
     * curvature are tame near the mean of the targets, where a log link's zero may be orders of magnitude off.
     * @param output such as {@link io.kfac.family.IndependentOutputs#start}
     */
    public Parameters initialParameters(long seed, double output) {
        Parameters parameters = initialParameters(seed);
        Layer last = layers.get(depth() - 1);
        if (last.bias()) {
            parameters
                    .layer(depth() - 1)
                    .colRange(last.inputs(), last.columns())
                    .fill(output);
        }
        return parameters;
    }

    /** Runs rows without offsets through the network. */
    public void forward(Parameters at, Features features, boolean slopes, Workspace workspace) {
        forward(at, features, NO_OFFSETS, slopes, workspace);
    }

    /**
     * Runs the rows through the network; leaves activations, outputs z and, if asked, slopes in the workspace.
     * @param at      parameters in the network's precision
     * @param offsets added to each output of a row: at least as many as rows, or none
     * @param slopes  whether {@link #backward} or {@link #jacobianProduct} will follow
     */
    public void forward(Parameters at, Features features, double[] offsets, boolean slopes, Workspace workspace) {
        workspace.start(features);
        for (int l = 0; l < depth(); l++) {
            Matrix z = workspace.outputs(l);
            workspace.input(l).timesTransposed(at.layer(l), z);
            if (l < depth() - 1) {
                if (slopes) {
                    layers.get(l).activation().apply(z, workspace.slope(l));
                } else {
                    layers.get(l).activation().apply(z);
                }
            }
        }
        if (offsets.length > 0) {
            workspace.addToOutputs(offsets);
        }
    }

    /**
     * Back-propagates the output deltas that stand in {@code workspace.delta(depth - 1)} and shows every layer's inputs and
     * deltas to the visitor, last layer first. Needs a {@link #forward} with slopes; overwrites the other deltas.
     */
    public void backward(Parameters at, Workspace workspace, LayerVisitor visitor) {
        for (int l = depth() - 1; l >= 0; l--) {
            Matrix delta = workspace.delta(l);
            visitor.visit(l, workspace.input(l), delta);
            if (l > 0) {
                Matrix below = workspace.delta(l - 1);
                Matrix weights = at.layer(l).colRange(0, layers.get(l).inputs());
                below.multiply(1, delta, Transpose.NO, weights, Transpose.NO, 0);
                below.multiplyElements(workspace.slope(l - 1));
            }
        }
    }

    /**
     * The derivative of the outputs along a direction in parameter space, by forward differentiation (Pearlmutter
     * 1994): n x k, in {@code workspace.tangent()}, valid until the next call. Needs a {@link #forward} with slopes.
     */
    public Matrix jacobianProduct(Parameters at, Parameters direction, Workspace workspace) {
        Matrix tangent = null;
        for (int l = 0; l < depth(); l++) {
            Matrix next = workspace.tangent(l);
            workspace.input(l).timesTransposed(direction.layer(l), next);
            if (tangent != null) {
                Matrix weights = at.layer(l).colRange(0, layers.get(l).inputs());
                next.multiply(1, tangent, Transpose.NO, weights, Transpose.YES, 1);
            }
            if (l < depth() - 1) {
                next.multiplyElements(workspace.slope(l));
            }
            tangent = next;
        }
        return tangent;
    }

    /** What {@link #backward} shows: the inputs of a layer (n x columns) and its deltas (n x outputs). */
    @FunctionalInterface
    public interface LayerVisitor {
        void visit(int layer, Features inputs, Matrix deltas);

        /** The visitor that adds deltas' inputs to the gradient of every layer. */
        static LayerVisitor gradient(Parameters gradient) {
            return (layer, inputs, deltas) -> inputs.addTransposedTimes(deltas, gradient.layer(layer));
        }
    }
}
