package io.kfac.linalg;

import java.io.Serializable;
import java.util.List;

/**
 * The feature rows of a block, n x d, dense or sparse: the few products that a model's first layer and its statistics
 * need. Sparse rows are never densified. Where a network has biases, the last column is the homogeneous one, all ones.
 */
public sealed interface Features extends Serializable permits DenseFeatures, CsrFeatures {

    int rows();

    /** Columns, the homogeneous one included. */
    int cols();

    Precision precision();

    /** Bytes of storage. */
    long bytes();

    /** out = X w'. @param w o x d @param out n x o; overwritten */
    void timesTransposed(Matrix w, Matrix out);

    /** out += delta' X. @param delta n x o @param out o x d */
    void addTransposedTimes(Matrix delta, Matrix out);

    /** Lower triangle of out += X' diag(weights) X. @param weights n numbers, or empty for ones @param out d x d */
    void addGram(double[] weights, Matrix out);

    /**
     * Lower triangle of out[b] += X' diag(column b of weights) X, for each b.
     * @param weights n x B
     * @param out     B matrices, d x d
     */
    default void addGrams(Matrix weights, List<Matrix> out) {
        double[] column = new double[rows()];
        for (int b = 0; b < out.size(); b++) {
            weights.getColumn(b, column);
            addGram(column, out.get(b));
        }
    }

    /** The same rows with every entry squared: a copy. */
    Features squared();

    /** The same rows with every entry x made max(sign x, 0): a copy. @param sign 1 or -1 */
    Features part(int sign);

    /**
     * Copies the given rows, in that order, behind the rows that {@code into} holds already.
     * @param rows row numbers of this; the first {@code count} are taken
     */
    void appendTo(FeatureBuffer into, int[] rows, int count);

    /**
     * The same rows as a dense matrix, for targets of autoencoders and for tests.
     * @param out n x d or n x (d - 1); leading columns are taken
     */
    void copyTo(Matrix out);
}
