package io.kfac.batch;

import io.kfac.linalg.Matrix;
import java.io.Serializable;

/** What the rows of a block should have come out as: the sufficient statistics T(y) of the output family, stored compactly. */
public sealed interface Targets extends Serializable {

    /** Class numbers 0..classes-1, one a row; T(y) is one-hot (or y itself where the family is Bernoulli). */
    record Classes(int[] labels) implements Targets {}

    /** n x k values. */
    record Values(Matrix values) implements Targets {}

    /** The target is the input (autoencoders): nothing is stored twice. */
    record Inputs() implements Targets {}
}
