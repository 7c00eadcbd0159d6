package io.kfac.model;

import java.io.Serializable;

/**
 * A fully connected layer, z = W [a, 1] (W is outputs x (inputs + 1), the bias its last column), then the activation.
 * @param bias without it W is outputs x inputs
 */
public record Layer(int inputs, int outputs, Activation activation, boolean bias) implements Serializable {
    public Layer {
        if (inputs < 1 || outputs < 1) {
            throw new IllegalArgumentException(
                    "Cannot make a layer of %d inputs and %d outputs: both must be at least 1"
                            .formatted(inputs, outputs));
        }
    }

    /** Columns of W: the inputs and, with a bias, the homogeneous one. */
    public int columns() {
        return inputs + (bias ? 1 : 0);
    }

    /** Numbers in W. */
    public int size() {
        return Math.multiplyExact(outputs, columns());
    }
}
