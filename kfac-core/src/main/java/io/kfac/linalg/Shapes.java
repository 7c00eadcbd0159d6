package io.kfac.linalg;

/** Checks at the door: shapes of operands and bounds of views, with messages that name them. */
final class Shapes {
    private Shapes() {}

    static void sameShape(String operation, Matrix a, Matrix b) {
        if (a.rows() != b.rows() || a.cols() != b.cols()) {
            throw new IllegalArgumentException(
                    "Cannot %s: %s does not match %s".formatted(operation, a.shape(), b.shape()));
        }
    }

    static void shape(String operation, Matrix a, int rows, int cols) {
        if (a.rows() != rows || a.cols() != cols) {
            throw new IllegalArgumentException(
                    "Cannot %s: %s should be %dx%d".formatted(operation, a.shape(), rows, cols));
        }
    }

    static void length(String operation, int actual, int needed) {
        if (actual < needed) {
            throw new IllegalArgumentException(
                    "Cannot %s: array of %d elements, %d needed".formatted(operation, actual, needed));
        }
    }

    static void square(String operation, Matrix a) {
        if (a.rows() != a.cols()) {
            throw new IllegalArgumentException("Cannot %s: %s is not square".formatted(operation, a.shape()));
        }
    }

    /** op(a) m x k, op(b) k x n, out m x n; returns k. */
    static int product(Matrix a, boolean ta, Matrix b, boolean tb, Matrix out) {
        int m = ta ? a.cols() : a.rows();
        int k = ta ? a.rows() : a.cols();
        int n = tb ? b.rows() : b.cols();
        if ((tb ? b.cols() : b.rows()) != k || out.rows() != m || out.cols() != n) {
            throw new IllegalArgumentException("Cannot multiply: %s%s times %s%s into %s"
                    .formatted(a.shape(), ta ? "'" : "", b.shape(), tb ? "'" : "", out.shape()));
        }
        return k;
    }

    static void gram(Matrix a, Matrix out) {
        if (out.rows() != a.cols() || out.cols() != a.cols()) {
            throw new IllegalArgumentException(
                    "Cannot add the Gram matrix of %s to %s".formatted(a.shape(), out.shape()));
        }
    }

    static void leadingColumns(Features features, Matrix out) {
        if (out.rows() != features.rows() || out.cols() > features.cols() || out.cols() < features.cols() - 1) {
            throw new IllegalArgumentException(
                    "Cannot copy features of %dx%d to %s".formatted(features.rows(), features.cols(), out.shape()));
        }
    }

    static void range(String what, int from, int to, int size) {
        if (!(0 <= from && from <= to && to <= size)) {
            throw new IllegalArgumentException("Cannot take %s [%d, %d) of %d".formatted(what, from, to, size));
        }
    }

    static void element(int row, int col, Matrix a) {
        if (row < 0 || row >= a.rows() || col < 0 || col >= a.cols()) {
            throw new IndexOutOfBoundsException("Element (%d, %d) of %s".formatted(row, col, a.shape()));
        }
    }

    /** @param length of an array that should hold the row */
    static void row(int row, Matrix a, int length) {
        if (row < 0 || row >= a.rows() || length < a.cols()) {
            throw new IllegalArgumentException(
                    "Cannot copy row %d of %s: array of %d elements".formatted(row, a.shape(), length));
        }
    }

    static void view(int length, int offset, int rows, int cols, int stride) {
        boolean shaped = offset >= 0 && rows >= 0 && cols >= 0 && stride >= cols;
        boolean empty = rows == 0 || cols == 0;
        long end = empty ? offset : offset + (rows - 1L) * stride + cols;
        if (!shaped || end > length) {
            throw new IllegalArgumentException(
                    "Cannot see an array of %d elements as %dx%d from element %d with stride %d"
                            .formatted(length, rows, cols, offset, stride));
        }
    }

    /** rows * cols. @throws IllegalArgumentException where that is more than one array can hold */
    static int elements(int rows, int cols) {
        long elements = (long) rows * cols;
        if (rows < 0 || cols < 0 || elements > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("Cannot make a matrix of %dx%d".formatted(rows, cols));
        }
        return (int) elements;
    }
}
