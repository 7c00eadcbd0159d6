package io.kfac.linalg;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Vectors of equal length, rounded to float, whose products with a double vector are taken together: what bounds them is reading the
 * vectors, so they are kept short and read once, by all cores. Sums are in double and in a fixed order.
 */
public final class VectorList {
    /** Elements of a task: their shares of all vectors stay in the second-level cache, that of a double vector in the first. */
    private static final int CHUNK = 2048;

    private final Kernels kernels = Kernels.get();
    private final int length;
    private final List<float[]> vectors = new ArrayList<>();

    public VectorList(int length) {
        this.length = length;
    }

    public int size() {
        return vectors.size();
    }

    public void clear() {
        vectors.clear();
    }

    public void removeFirst() {
        vectors.remove(0);
    }

    /** Takes a rounded copy in. @param vector 1 x length */
    public void add(DoubleMatrix vector) {
        Shapes.shape("add to a list of vectors", vector, 1, length);
        float[] rounded = new float[length];
        IntStream.range(0, chunks()).parallel().forEach(chunk -> {
            for (int i = chunk * CHUNK; i < end(chunk); i++) {
                rounded[i] = (float) vector.data()[vector.offset() + i];
            }
        });
        vectors.add(rounded);
    }

    /** Vector {@code index}, as it was rounded: 1 x length. */
    public DoubleMatrix get(int index) {
        double[] one = new double[size()];
        one[index] = 1;
        DoubleMatrix copy = DoubleMatrix.zeros(1, length);
        addTo(copy, one);
        return copy;
    }

    /** The product of each vector with v. @param v 1 x length */
    public double[] dots(DoubleMatrix v) {
        return dots(List.of(v))[0];
    }

    /** The products of each vector with each of vs, in one read: an array for each of vs. @param vs each 1 x length */
    public double[][] dots(List<DoubleMatrix> vs) {
        vs.forEach(v -> Shapes.shape("multiply with a list of vectors", v, 1, length));
        double[][][] parts = new double[chunks()][vs.size()][size()];
        IntStream.range(0, chunks()).parallel().forEach(chunk -> {
            for (int k = 0; k < size(); k++) {
                for (int i = 0; i < vs.size(); i++) {
                    parts[chunk][i][k] = dot(k, vs.get(i), chunk);
                }
            }
        });
        double[][] dots = new double[vs.size()][size()];
        for (double[][] part : parts) {
            for (int i = 0; i < dots.length; i++) {
                addUp(part[i], dots[i]);
            }
        }
        return dots;
    }

    /** sum += shares[0] first vector + ... @param sum 1 x length @param shares one a vector */
    public void addTo(DoubleMatrix sum, double[] shares) {
        check(sum, shares);
        IntStream.range(0, chunks()).parallel().forEach(chunk -> add(shares, sum, chunk));
    }

    /** {@link #addTo}, then the product of each vector with the sum, in one read. */
    public double[] addToThenDots(DoubleMatrix sum, double[] shares) {
        check(sum, shares);
        double[][] parts = new double[chunks()][size()];
        IntStream.range(0, chunks()).parallel().forEach(chunk -> {
            add(shares, sum, chunk);
            for (int k = 0; k < size(); k++) {
                parts[chunk][k] = dot(k, sum, chunk);
            }
        });
        double[] dots = new double[size()];
        for (double[] part : parts) {
            addUp(part, dots);
        }
        return dots;
    }

    private void check(DoubleMatrix sum, double[] shares) {
        Shapes.shape("add a list of vectors", sum, 1, length);
        Shapes.length("add a list of vectors", shares.length, size());
    }

    private void add(double[] shares, DoubleMatrix sum, int chunk) {
        int from = chunk * CHUNK;
        for (int k = 0; k < shares.length; k++) {
            if (shares[k] != 0) {
                kernels.addTo(shares[k], vectors.get(k), from, sum.data(), sum.offset() + from, end(chunk) - from);
            }
        }
    }

    private double dot(int k, DoubleMatrix v, int chunk) {
        int from = chunk * CHUNK;
        return kernels.dot(vectors.get(k), from, v.data(), v.offset() + from, end(chunk) - from);
    }

    private static void addUp(double[] part, double[] sums) {
        for (int k = 0; k < sums.length; k++) {
            sums[k] += part[k];
        }
    }

    private int chunks() {
        return (length + CHUNK - 1) / CHUNK;
    }

    private int end(int chunk) {
        return Math.min(length, (chunk + 1) * CHUNK);
    }
}
