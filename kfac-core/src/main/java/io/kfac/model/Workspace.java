package io.kfac.model;

import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.Features;
import io.kfac.linalg.Matrix;

/**
 * The buffers of one thread's passes through a network, made once and reused: hidden activations with their homogeneous
 * column, slopes, deltas, tangents. Not thread-safe.
 */
public final class Workspace {
    private final Network network;
    private final int capacity;
    private final Matrix[] activations;
    private final Matrix[] slopes;
    private final Matrix[] deltas;
    private final Matrix[] tangents;
    private final Matrix theta;
    private final Matrix mean;
    private final Matrix targets;
    private Features features;
    private int rows;

    /** @param capacity the most rows of one pass */
    public Workspace(Network network, int capacity) {
        this.network = network;
        this.capacity = capacity;
        int depth = network.depth();
        activations = new Matrix[depth - 1];
        slopes = new Matrix[depth - 1];
        deltas = new Matrix[depth];
        tangents = new Matrix[depth];
        for (int l = 0; l < depth; l++) {
            int width = network.layer(l).outputs();
            deltas[l] = zeros(width);
            tangents[l] = zeros(width);
            if (l < depth - 1) {
                activations[l] = zeros(network.layer(l + 1).columns());
                if (network.layer(l + 1).bias()) {
                    activations[l].colRange(width, width + 1).fill(1);
                }
                slopes[l] = zeros(width);
            }
        }
        theta = zeros(network.outputs());
        mean = zeros(network.outputs());
        targets = zeros(network.outputs());
    }

    private Matrix zeros(int width) {
        return Matrix.zeros(network.precision(), capacity, width);
    }

    public Network network() {
        return network;
    }

    public int capacity() {
        return capacity;
    }

    /** Rows of the current pass. */
    public int rows() {
        return rows;
    }

    void start(Features next) {
        if (next.rows() > capacity || next.cols() != network.inputColumns()) {
            throw new IllegalArgumentException(
                    "Cannot run %d rows of %d columns: the workspace takes %d rows, the network %d columns"
                            .formatted(next.rows(), next.cols(), capacity, network.inputColumns()));
        }
        features = next;
        rows = next.rows();
    }

    /** What layer l takes in: n x columns. */
    public Features input(int l) {
        return l == 0 ? features : new DenseFeatures(activation(l));
    }

    /** What a hidden layer l >= 1 takes in, as a matrix: n x columns. */
    public Matrix activation(int l) {
        return activations[l - 1].rowRange(0, rows);
    }

    /** Where layer l puts its z and then its activation: n x outputs, without the homogeneous column. */
    Matrix outputs(int l) {
        return l == network.depth() - 1
                ? theta()
                : activations[l].rowRange(0, rows).colRange(0, network.layer(l).outputs());
    }

    Matrix slope(int l) {
        return slopes[l].rowRange(0, rows);
    }

    /** Derivatives with regard to layer l's z: n x outputs. The last layer's are for the caller to fill. */
    public Matrix delta(int l) {
        return deltas[l].rowRange(0, rows);
    }

    Matrix tangent(int l) {
        return tangents[l].rowRange(0, rows);
    }

    /** Row i of the outputs += offsets[i]. */
    void addToOutputs(double[] offsets) {
        Matrix z = theta();
        double[] row = new double[z.cols()];
        for (int i = 0; i < rows; i++) {
            z.getRow(i, row);
            for (int j = 0; j < row.length; j++) {
                row[j] += offsets[i];
            }
            z.setRow(i, row);
        }
    }

    /** Outputs z of the rows, n x k, offsets in: natural parameters where the link is canonical. */
    public Matrix theta() {
        return theta.rowRange(0, rows);
    }

    /** Room for the mean parameters of the rows, n x k. */
    public Matrix mean() {
        return mean.rowRange(0, rows);
    }

    /** Room for T(y) of the rows, n x k. */
    public Matrix targets() {
        return targets.rowRange(0, rows);
    }
}
