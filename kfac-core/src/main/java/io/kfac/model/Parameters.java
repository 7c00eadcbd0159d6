package io.kfac.model;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.FloatMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A point (or a direction, or a gradient) in the parameter space of a network: one flat vector, and a matrix view of it for
 * each layer's W. The driver keeps double, executors compute in the network's precision.
 */
public final class Parameters implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Matrix flat;
    private final List<Matrix> layers;

    private Parameters(Matrix flat, List<Matrix> layers) {
        this.flat = flat;
        this.layers = layers;
    }

    public static Parameters zeros(Network network, Precision precision) {
        int size = network.size();
        return precision == Precision.FLOAT ? of(network, new float[size]) : of(network, new double[size]);
    }

    /** Wraps the array; its length must be the network's size. */
    public static Parameters of(Network network, double[] values) {
        network.requireSize(values.length);
        List<Matrix> views = new ArrayList<>();
        int offset = 0;
        for (Layer layer : network.layers()) {
            views.add(new DoubleMatrix(values, offset, layer.outputs(), layer.columns(), layer.columns()));
            offset += layer.size();
        }
        return new Parameters(new DoubleMatrix(values, 0, 1, values.length, values.length), List.copyOf(views));
    }

    /** Wraps the array; its length must be the network's size. */
    public static Parameters of(Network network, float[] values) {
        network.requireSize(values.length);
        List<Matrix> views = new ArrayList<>();
        int offset = 0;
        for (Layer layer : network.layers()) {
            views.add(new FloatMatrix(values, offset, layer.outputs(), layer.columns(), layer.columns()));
            offset += layer.size();
        }
        return new Parameters(new FloatMatrix(values, 0, 1, values.length, values.length), List.copyOf(views));
    }

    /** Wraps a {@link #flat} row. */
    public static Parameters of(Network network, Matrix flat) {
        if (flat instanceof FloatMatrix floats) {
            return of(network, floats.data());
        }
        return of(network, ((DoubleMatrix) flat).data());
    }

    /** W of a layer, outputs x columns: a view. */
    public Matrix layer(int index) {
        return layers.get(index);
    }

    public int layers() {
        return layers.size();
    }

    /** All numbers as one row: a view. */
    public Matrix flat() {
        return flat;
    }

    public int size() {
        return flat.cols();
    }

    public Precision precision() {
        return flat.precision();
    }

    /** A copy of the same shape in another precision (or the same). */
    public Parameters to(Network network, Precision precision) {
        Parameters copy = zeros(network, precision);
        copy.copyFrom(this);
        return copy;
    }

    public Parameters copy(Network network) {
        return to(network, precision());
    }

    public void copyFrom(Parameters other) {
        flat.copyFrom(other.flat);
    }

    /** this += alpha x. */
    public void add(double alpha, Parameters x) {
        flat.add(alpha, x.flat);
    }

    public void scale(double factor) {
        flat.scale(factor);
    }

    public void fill(double value) {
        flat.fill(value);
    }

    public double dot(Parameters x) {
        return flat.dot(x.flat);
    }

    public double norm() {
        return Math.sqrt(dot(this));
    }

    /** The numbers as doubles, layer by layer, each row-major: a copy. */
    public double[] toArray() {
        double[] values = new double[size()];
        flat.getRow(0, values);
        return values;
    }
}
