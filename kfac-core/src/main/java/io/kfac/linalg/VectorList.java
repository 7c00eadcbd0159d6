package io.kfac.linalg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Vectors of equal length, rounded to float, whose products with a double vector are taken together: what bounds them is reading the
 * vectors, so they are kept short and read once, by all cores. Sums are in double and in a fixed order.
 */
public final class VectorList {
    /** Elements of a task: their share of the double vector stays in the first-level cache. */
    private static final int CHUNK = 4096;

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
        Shapes.shape("multiply with a list of vectors", v, 1, length);
        double[][] parts = new double[chunks()][];
        IntStream.range(0, chunks()).parallel().forEach(chunk -> {
            int from = chunk * CHUNK;
            double[] part = new double[size()];
            for (int k = 0; k < part.length; k++) {
                part[k] = kernels.dot(vectors.get(k), from, v.data(), v.offset() + from, end(chunk) - from);
            }
            parts[chunk] = part;
        });
        double[] dots = new double[size()];
        for (double[] part : parts) {
            for (int k = 0; k < dots.length; k++) {
                dots[k] += part[k];
            }
        }
        return dots;
    }

    /** sum += shares[0] first vector + ... @param sum 1 x length @param shares one a vector */
    public void addTo(DoubleMatrix sum, double[] shares) {
        Shapes.shape("add a list of vectors", sum, 1, length);
        Shapes.length("add a list of vectors", shares.length, size());
        int[] used = IntStream.range(0, size()).filter(k -> shares[k] != 0).toArray();
        double[] factors = Arrays.stream(used).mapToDouble(k -> shares[k]).toArray();
        IntStream.range(0, chunks()).parallel().forEach(chunk -> {
            int from = chunk * CHUNK;
            for (int k = 0; k < used.length; k++) {
                kernels.addTo(
                        factors[k], vectors.get(used[k]), from, sum.data(), sum.offset() + from, end(chunk) - from);
            }
        });
    }

    private int chunks() {
        return (length + CHUNK - 1) / CHUNK;
    }

    private int end(int chunk) {
        return Math.min(length, (chunk + 1) * CHUNK);
    }
}
