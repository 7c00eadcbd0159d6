package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Weighted count, mean and sum of squared deviations of each of some columns, and their nonzeros. Rows are taken in
 * chunks, each with its own mean and then deviations from that, and chunks are merged by Chan, Golub and LeVeque's
 * formula: large means cost no digits. Of sparse rows only the nonzeros are touched; the zeros are merged in at the end
 * as one chunk. NaN is a missing value and is left out.
 */
final class Moments implements Serializable {
    private static final long serialVersionUID = 1L;
    /** Chunk size: numbers that stay in the first- and second-level cache between the two sweeps. */
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
        double[] x = chunk;
        double total = 0;
        Arrays.fill(sums, 0);
        long zeros = 0;
        for (int r = 0; r < chunkRows; r++) {
            double w = chunkWeights[r];
            total += w;
            int start = r * width;
            if (w == 1) {
                for (int j = 0; j < width; j++) {
                    sums[j] += x[start + j];
                }
            } else {
                for (int j = 0; j < width; j++) {
                    sums[j] += w * x[start + j];
                }
            }
            for (int j = 0; j < width; j++) {
                zeros += x[start + j] == 0 ? 1 : 0;
            }
        }
        nonzeros += (long) chunkRows * width - zeros;
        if (total > 0) {
            mergeChunk(x, total);
        }
        chunkRows = 0;
    }

    private void mergeChunk(double[] x, double total) {
        double[] deviations = new double[width];
        double[] chunkWeight = new double[width];
        for (int j = 0; j < width; j++) {
            chunkWeight[j] = total;
            sums[j] /= total;
        }
        boolean missing = false;
        for (int j = 0; j < width; j++) {
            missing |= Double.isNaN(sums[j]);
        }
        if (missing) {
            for (int j = 0; j < width; j++) {
                if (Double.isNaN(sums[j])) {
                    skipMissing(x, j, chunkWeight);
                }
            }
        }
        for (int r = 0; r < chunkRows; r++) {
            double w = chunkWeights[r];
            int start = r * width;
            if (w == 1 && !missing) {
                for (int j = 0; j < width; j++) {
                    double d = x[start + j] - sums[j];
                    deviations[j] += d * d;
                }
            } else {
                for (int j = 0; j < width; j++) {
                    double d = x[start + j] - sums[j];
                    deviations[j] += !Double.isNaN(d) ? w * d * d : 0;
                }
            }
        }
        for (int j = 0; j < width; j++) {
            merge(j, chunkWeight[j], sums[j], deviations[j]);
        }
    }

    /** Mean of what is there in column j of the chunk. */
    private void skipMissing(double[] x, int j, double[] chunkWeight) {
        double present = 0;
        double sum = 0;
        for (int r = 0; r < chunkRows; r++) {
            double value = x[r * width + j];
            if (!Double.isNaN(value)) {
                present += chunkWeights[r];
                sum += chunkWeights[r] * value;
            } else {
                nonzeros--;
            }
        }
        chunkWeight[j] = present;
        sums[j] = present > 0 ? sum / present : 0;
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
