package io.kfac.linalg;

/** The loops of {@link Elementwise} on floats; shapes are checked by the caller. */
final class FloatRows {
    /**
     * Elements of scratch: a chunk of rows goes through the kernels at once, because a row alone may be shorter than a
     * vector.
     */
    private static final int CHUNK = 4096;

    private FloatRows() {}

    static void softmax(FloatMatrix theta, FloatMatrix mean, double[] logSumExp) {
        int k = theta.cols();
        if (k == 0) {
            return;
        }
        boolean contiguous = mean.stride() == k;
        int rowsAtOnce = contiguous ? Math.max(1, CHUNK / k) : 1;
        for (int first = 0; first < theta.rows(); first += rowsAtOnce) {
            int rows = Math.min(rowsAtOnce, theta.rows() - first);
            int to = mean.offset() + first * mean.stride();
            if (logSumExp.length != 0) {
                for (int i = 0; i < rows; i++) {
                    logSumExp[first + i] = max(theta, first + i);
                }
            }
            shift(theta, first, rows, mean.data(), to, mean.stride());
            Kernels.get().exp(mean.data(), to, contiguous ? rows * k : k);
            for (int i = 0; i < rows; i++) {
                double sum = FloatLoops.sum(mean.data(), to + i * mean.stride(), k);
                FloatLoops.scale((float) (1 / sum), mean.data(), to + i * mean.stride(), k);
                if (logSumExp.length != 0) {
                    logSumExp[first + i] += Math.log(sum);
                }
            }
        }
    }

    static void logSumExp(FloatMatrix theta, double[] out) {
        int k = theta.cols();
        int rowsAtOnce = Math.max(1, CHUNK / Math.max(1, k));
        float[] scratch = Scratch.floats(rowsAtOnce * k);
        for (int first = 0; first < theta.rows(); first += rowsAtOnce) {
            int rows = Math.min(rowsAtOnce, theta.rows() - first);
            shift(theta, first, rows, scratch, 0, k);
            Kernels.get().exp(scratch, 0, rows * k);
            for (int i = 0; i < rows; i++) {
                out[first + i] = max(theta, first + i) + Math.log(FloatLoops.sum(scratch, i * k, k));
            }
        }
    }

    static void softplus(FloatMatrix theta, double[] out) {
        sums(theta, theta, out, (x, i, t, j, to, o, n) -> Kernels.get().softplus(x, i, to, o, n));
    }

    static void softplusMinus(FloatMatrix theta, FloatMatrix t, double[] out) {
        sums(theta, t, out, Kernels.get()::softplusMinus);
    }

    private interface Run {
        void apply(float[] x, int xOffset, float[] t, int tOffset, float[] out, int outOffset, int length);
    }

    private static void sums(FloatMatrix x, FloatMatrix t, double[] out, Run run) {
        int k = x.cols();
        boolean contiguous = x.stride() == k && t.stride() == k;
        int rowsAtOnce = contiguous ? Math.max(1, CHUNK / Math.max(1, k)) : 1;
        float[] scratch = Scratch.floats(rowsAtOnce * k);
        for (int first = 0; first < x.rows(); first += rowsAtOnce) {
            int rows = Math.min(rowsAtOnce, x.rows() - first);
            int from = x.offset() + first * x.stride();
            run.apply(x.data(), from, t.data(), t.offset() + first * t.stride(), scratch, 0, rows * k);
            for (int i = 0; i < rows; i++) {
                out[first + i] = FloatLoops.sum(scratch, i * k, k);
            }
        }
    }

    /** to = theta less the maximum of each row. */
    private static void shift(FloatMatrix theta, int first, int rows, float[] to, int toOffset, int toStride) {
        float[] data = theta.data();
        for (int i = 0; i < rows; i++) {
            float max = max(theta, first + i);
            int from = theta.offset() + (first + i) * theta.stride();
            int target = toOffset + i * toStride;
            for (int j = 0; j < theta.cols(); j++) {
                to[target + j] = data[from + j] - max;
            }
        }
    }

    /** NaN where the row has one. */
    private static float max(FloatMatrix x, int row) {
        float[] data = x.data();
        float max = Float.NEGATIVE_INFINITY;
        for (int i = x.offset() + row * x.stride(), end = i + x.cols(); i < end; i++) {
            max = Math.max(max, data[i]);
        }
        return max;
    }
}
