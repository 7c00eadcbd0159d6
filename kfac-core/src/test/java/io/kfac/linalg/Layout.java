package io.kfac.linalg;

import java.util.Random;

/** The ways in which a matrix can lie in its array; operations must not care, nor touch what lies around a view. */
enum Layout {
    COMPACT,
    /** Rows in the middle of a taller matrix. */
    ROWS,
    /** Columns in the middle of a wider one. */
    COLUMNS,
    /** Columns at the end of a wider one, where the last row ends with the array. */
    LAST_COLUMNS;

    private static final int MARGIN = 3;

    /** Standard normal numbers, by seed. */
    Matrix random(Precision precision, int rows, int cols, long seed) {
        Matrix matrix = zeros(precision, rows, cols);
        Random random = new Random(seed);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                matrix.set(i, j, (float) random.nextGaussian());
            }
        }
        return matrix;
    }

    /** Zeros with a rim of {@link #RIM}. */
    Matrix zeros(Precision precision, int rows, int cols) {
        Matrix whole =
                switch (this) {
                    case COMPACT -> Matrix.zeros(precision, rows, cols);
                    case ROWS -> Matrix.zeros(precision, rows + 2 * MARGIN, cols);
                    case COLUMNS -> Matrix.zeros(precision, rows, cols + 2 * MARGIN);
                    case LAST_COLUMNS -> Matrix.zeros(precision, rows, cols + MARGIN);
                };
        whole.fill(RIM);
        Matrix view =
                switch (this) {
                    case COMPACT -> whole;
                    case ROWS -> whole.rowRange(MARGIN, MARGIN + rows);
                    case COLUMNS, LAST_COLUMNS -> whole.colRange(MARGIN, MARGIN + cols);
                };
        view.fill(0);
        return view;
    }

    static final double RIM = 77;

    /** How many elements of the backing array still hold {@link #RIM}. */
    static int rim(Matrix matrix) {
        int count = 0;
        if (matrix instanceof FloatMatrix m) {
            for (float x : m.data()) {
                count += x == RIM ? 1 : 0;
            }
        } else if (matrix instanceof DoubleMatrix m) {
            for (double x : m.data()) {
                count += x == RIM ? 1 : 0;
            }
        }
        return count;
    }

    static int expectedRim(Matrix matrix) {
        int length = matrix instanceof FloatMatrix m ? m.data().length : ((DoubleMatrix) matrix).data().length;
        return length - matrix.rows() * matrix.cols();
    }
}
