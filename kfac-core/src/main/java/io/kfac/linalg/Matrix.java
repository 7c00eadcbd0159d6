package io.kfac.linalg;

import java.io.Serializable;

/**
 * A dense row-major matrix, possibly a view: element (i, j) lies at {@code offset + i * stride + j} of one flat array.
 * Only whole-matrix operations: nothing that a hot loop would call per element ({@link #get} and {@link #set} are for
 * set-up and tests). Operands of one operation share a {@link Precision}, except in {@link #copyFrom}. Shapes are
 * checked at the door; a mismatch is an {@link IllegalArgumentException} that names both shapes. Unless a method says
 * otherwise an output must not alias an input. A view is serialised as a compact copy.
 */
public sealed interface Matrix extends Serializable permits FloatMatrix, DoubleMatrix {

    /** A rows x cols matrix of zeros. */
    static Matrix zeros(Precision precision, int rows, int cols) {
        return switch (precision) {
            case FLOAT -> FloatMatrix.zeros(rows, cols);
            case DOUBLE -> DoubleMatrix.zeros(rows, cols);
        };
    }

    int rows();

    int cols();

    /** Distance in the flat array between the starts of two rows; at least cols. */
    int stride();

    Precision precision();

    double get(int row, int col);

    void set(int row, int col, double value);

    /** Copies row {@code row} to the start of {@code out}: for row-wise formulas on short rows, one call a row. */
    void getRow(int row, double[] out);

    /** Copies the first cols() numbers of {@code values} to row {@code row}. */
    void setRow(int row, double[] values);

    /** Copies column {@code col} to the start of {@code out}. */
    void getColumn(int col, double[] out);

    /** Rows [from, to) as a view on the same storage. */
    Matrix rowRange(int from, int to);

    /** Columns [from, to) as a view on the same storage. */
    Matrix colRange(int from, int to);

    void fill(double value);

    /** this = other, element by element, converting precision if need be. */
    void copyFrom(Matrix other);

    /** this = alpha op(a) op(b) + beta this, at BLAS gemm speed. With beta = 0, NaN in this is overwritten. */
    void multiply(double alpha, Matrix a, Transpose ta, Matrix b, Transpose tb, double beta);

    /**
     * Lower triangle of this = alpha a'a + beta this (BLAS syrk); a is n x d, this d x d. The strict upper triangle is
     * not touched.
     */
    void addGram(double alpha, Matrix a, double beta);

    /** Copies the strict lower triangle of this square matrix onto the upper one. */
    void mirrorLowerToUpper();

    /** this += alpha x. */
    void add(double alpha, Matrix x);

    /** this *= factor. */
    void scale(double factor);

    /** this *= x, element by element. */
    void multiplyElements(Matrix x);

    /** Row i of this *= factors[i]. */
    void scaleRows(double[] factors);

    /** Sum of products of elements, accumulated in double, in a fixed order. */
    double dot(Matrix x);

    /** Whether every element is finite. */
    boolean isFinite();

    /** A compact copy that shares nothing with this. */
    default Matrix copy() {
        Matrix copy = zeros(precision(), rows(), cols());
        copy.copyFrom(this);
        return copy;
    }

    /** {@code "3x4"}: for messages. */
    default String shape() {
        return rows() + "x" + cols();
    }

    /** Whether an operand of {@link #multiply} is transposed. */
    enum Transpose {
        NO,
        YES
    }
}
