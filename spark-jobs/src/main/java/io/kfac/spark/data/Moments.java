package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Weighted count, mean and sum of squared deviations of each of some columns, and their nonzeros. Rows are taken in
 * chunks, with deviations from the mean of the rows before, and chunks are merged by Chan, Golub and LeVeque's formula: large
 * means cost no digits. Of sparse rows only the nonzeros are touched; the zeros are merged in at the end
 * as one chunk. NaN is a missing value and is left out.
 */
final class Moments implements Serializable {
    private static final long serialVersionUID = 1L;
    /** Chunk size: numbers that stay in the first- and second-level cache until they are summed. */
    private static final int CHUNK_ELEMENTS = 1 << 14;

    private final int width;
    private double[] weight;
    private double[] mean;
    private double[] squares;
    private long nonzeros;
    /** Nonzeros of sparse rows, column by column; empty until a sparse row comes. */
    private double[] sparse = {};

    private double sparseRowsWeight;

    private transient double[] chunk;
    private transient double[] chunkWeights;
    private transient double[] sums;
    private transient double[] sumsOfSquares;
    /** What deviations are taken from: the mean so far, which at first is that of the first row that counts. */
    private transient double[] center;

    private transient int chunkRows;

    Moments(int width) {
        this.width = width;
        this.weight = new double[width];
        this.mean = new double[width];
        this.squares = new double[width];
    }

    int width() {
        return width;
    }

    /**
     * An array of which the {@link #rowOffset} to rowOffset + width are the next dense row, to be filled before
     * {@link #addDense}.
     */
    double[] rowBuffer() {
        if (chunk == null) {
            int capacity = Math.max(1, Math.min(64, CHUNK_ELEMENTS / Math.max(1, width)));
            chunk = new double[capacity * width];
            chunkWeights = new double[capacity];
            sums = new double[width];
            sumsOfSquares = new double[width];
        }
        return chunk;
    }

    int rowOffset() {
        return chunkRows * width;
    }

    /** Takes the row that was written to the buffer. */
    void addDense(double rowWeight) {
        chunkWeights[chunkRows++] = rowWeight;
        if (chunkRows == chunkWeights.length) {
            flush();
        }
    }

    /** One row of which only the nonzeros are given. */
    void addSparse(int[] columns, double[] values, int count, double rowWeight) {
        if (sparse.length == 0) {
            sparse = new double[3 * width];
        }
        sparseRowsWeight += rowWeight;
        for (int k = 0; k < count; k++) {
            double x = values[k];
            nonzeros += x != 0 ? 1 : 0;
            if (x != 0 && rowWeight > 0) {
                int at = 3 * columns[k];
                double total = sparse[at] + rowWeight;
                double delta = x - sparse[at + 1];
                double step = delta * (rowWeight / total);
                sparse[at] = total;
                sparse[at + 1] += step;
                sparse[at + 2] += rowWeight * delta * (delta - step);
            }
        }
    }

    private void flush() {
        if (chunkRows == 0) {
            return;
        }
        if (center == null) {
            center = firstRow();
        }
        Arrays.fill(sums, 0);
        Arrays.fill(sumsOfSquares, 0);
        int numbers = chunkRows * width;
        double total = 0;
        boolean units = true;
        for (int r = 0; r < chunkRows; r++) {
            total += chunkWeights[r];
            units &= chunkWeights[r] == 1;
        }
        int next = 0;
        while (units && next + 4 <= chunkRows) {
            addFour(chunk, next * width, center, sums, sumsOfSquares);
            next += 4;
        }
        for (; next < chunkRows; next++) {
            addOne(chunk, next * width, chunkWeights[next], center, sums, sumsOfSquares);
        }
        nonzeros += nonzeros(chunk, numbers);
        if (total > 0) {
            mergeChunk(total);
            System.arraycopy(mean, 0, center, 0, width);
        }
        chunkRows = 0;
    }

    private double[] firstRow() {
        int row = 0;
        while (row < chunkRows - 1 && chunkWeights[row] == 0) {
            row++;
        }
        double[] values = Arrays.copyOfRange(chunk, row * width, (row + 1) * width);
        for (int j = 0; j < width; j++) {
            values[j] = Double.isNaN(values[j]) ? 0 : values[j];
        }
        return values;
    }

    /** Four rows of weight 1: sums are read and written once for all. */
    private static void addFour(double[] x, int start, double[] center, double[] sums, double[] squares) {
        int width = center.length;
        int second = start + width;
        int third = second + width;
        int fourth = third + width;
        for (int j = 0; j < width; j++) {
            double c = center[j];
            double d1 = x[start + j] - c;
            double d2 = x[second + j] - c;
            double d3 = x[third + j] - c;
            double d4 = x[fourth + j] - c;
            sums[j] += (d1 + d2) + (d3 + d4);
            squares[j] += (d1 * d1 + d2 * d2) + (d3 * d3 + d4 * d4);
        }
    }

    private static void addOne(double[] x, int start, double w, double[] center, double[] sums, double[] squares) {
        for (int j = 0; j < center.length; j++) {
            double d = x[start + j] - center[j];
            sums[j] += w * d;
            squares[j] += w * d * d;
        }
    }

    /** Of the first so many. By their bits, for which there are instructions on several numbers at once. */
    private static long nonzeros(double[] x, int count) {
        long nonzeros = 0;
        for (int k = 0; k < count; k++) {
            long withoutSign = Double.doubleToRawLongBits(x[k]) << 1;
            nonzeros += (withoutSign | -withoutSign) >>> 63;
        }
        return nonzeros;
    }

    private void mergeChunk(double total) {
        for (int j = 0; j < width; j++) {
            if (Double.isNaN(sums[j])) {
                mergePresent(j);
            } else {
                double shift = sums[j] / total;
                merge(j, total, center[j] + shift, Math.max(0, sumsOfSquares[j] - sums[j] * shift));
            }
        }
    }

    /** What is there in column j of the chunk. */
    private void mergePresent(int j) {
        double present = 0;
        double sum = 0;
        for (int r = 0; r < chunkRows; r++) {
            double x = chunk[r * width + j];
            boolean missing = Double.isNaN(x);
            present += missing ? 0 : chunkWeights[r];
            sum += missing ? 0 : chunkWeights[r] * x;
            nonzeros -= missing ? 1 : 0;
        }
        double around = present > 0 ? sum / present : 0;
        double deviations = 0;
        for (int r = 0; r < chunkRows; r++) {
            double d = chunk[r * width + j] - around;
            deviations += Double.isNaN(d) ? 0 : chunkWeights[r] * d * d;
        }
        merge(j, present, around, deviations);
    }

    private void merge(int j, double otherWeight, double otherMean, double otherSquares) {
        if (otherWeight > 0) {
            double total = weight[j] + otherWeight;
            double delta = otherMean - mean[j];
            mean[j] += delta * (otherWeight / total);
            squares[j] += otherSquares + delta * delta * (weight[j] * (otherWeight / total));
            weight[j] = total;
        }
    }

    /**
     * No more rows: what is left in buffers and the zeros of sparse rows are counted in. Call once, before
     * {@link #merge(Moments)}.
     */
    Moments finish() {
        flush();
        if (sparse.length > 0) {
            for (int j = 0; j < width; j++) {
                merge(j, sparse[3 * j], sparse[3 * j + 1], sparse[3 * j + 2]);
                // Rounding of fractional weights may leave a little below nothing.
                merge(j, Math.max(0, sparseRowsWeight - sparse[3 * j]), 0, 0);
            }
            sparse = new double[0];
            sparseRowsWeight = 0;
        }
        return this;
    }

    /** Counts in other rows of the same columns; both finished, widths alike. */
    void merge(Moments other) {
        for (int j = 0; j < width; j++) {
            merge(j, other.weight[j], other.mean[j], other.squares[j]);
        }
        nonzeros += other.nonzeros;
    }

    /** Mean over columns of the squared deviation of this part's mean from the whole's, in standard errors; both finished. */
    double deviation(Moments whole) {
        double sum = 0;
        int columns = 0;
        for (int j = 0; j < width; j++) {
            if (whole.squares[j] > 0) {
                double delta = mean[j] - whole.mean[j];
                sum += delta * delta * weight[j] * (whole.weight[j] / whole.squares[j]);
                columns++;
            }
        }
        return sum / Math.max(1, columns);
    }

    /** Counts in a chunk of equal values in column j. */
    void mergeConstant(int j, double constantWeight, double value) {
        merge(j, constantWeight, value, 0);
    }

    /** The same for columns to which zeros were not written: of {@code wider} columns, the last ones all zeros. */
    Moments widened(int wider, double rowsWeight) {
        Moments wide = new Moments(wider);
        wide.weight = Arrays.copyOf(weight, wider);
        wide.mean = Arrays.copyOf(mean, wider);
        wide.squares = Arrays.copyOf(squares, wider);
        wide.nonzeros = nonzeros;
        Arrays.fill(wide.weight, width, wider, rowsWeight);
        return wide;
    }

    /** Sum of the weights of rows where column j is not missing. */
    double weight(int j) {
        return weight[j];
    }

    double mean(int j) {
        return mean[j];
    }

    /** Weighted sum of squared deviations from the mean. */
    double squares(int j) {
        return squares[j];
    }

    long nonzeros() {
        return nonzeros;
    }
}
