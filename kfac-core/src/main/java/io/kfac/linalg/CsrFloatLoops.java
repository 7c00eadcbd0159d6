package io.kfac.linalg;

import java.util.Arrays;

/** The products of {@link CsrFeatures} of floats; shapes are checked by the caller. */
final class CsrFloatLoops {
    private CsrFloatLoops() {}

    /**
     * out = X w'. With enough nonzeros w is transposed first (d x o), so that each nonzero adds a contiguous row;
     * otherwise, or with one output, each nonzero reads its column of w where it is.
     */
    static void timesTransposed(CsrFeatures x, FloatMatrix w, FloatMatrix out) {
        int outputs = w.rows();
        if (outputs == 1 || !worthTransposing(x)) {
            timesColumns(x, w, out);
            return;
        }
        out.fill(0);
        float[] transposed = Scratch.floats(x.cols() * outputs);
        FloatLoops.transpose(w.data(), w.offset(), w.stride(), outputs, x.cols(), transposed, 0, outputs, false);
        timesRows(x, transposed, outputs, out);
    }

    /**
     * Whether one pass over a d x o array costs less than what the nonzeros save by it: they touch as many rows of it.
     */
    private static boolean worthTransposing(CsrFeatures x) {
        return x.nonzeros() >= x.cols();
    }

    /** out += X T, T d x outputs and contiguous. */
    private static void timesRows(CsrFeatures x, float[] transposed, int outputs, FloatMatrix out) {
        int[] starts = x.rowStarts();
        int[] columns = x.columns();
        float[] values = x.floats();
        float[] to = out.data();
        for (int i = 0; i < x.rows(); i++) {
            int row = out.offset() + i * out.stride();
            int end = starts[i + 1];
            int k = starts[i];
            for (; k <= end - 4; k += 4) {
                FloatLoops.axpy4(
                        values[k],
                        columns[k] * outputs,
                        values[k + 1],
                        columns[k + 1] * outputs,
                        values[k + 2],
                        columns[k + 2] * outputs,
                        values[k + 3],
                        columns[k + 3] * outputs,
                        transposed,
                        to,
                        row,
                        outputs);
            }
            for (; k < end; k++) {
                FloatLoops.axpy(values[k], transposed, columns[k] * outputs, to, row, outputs);
            }
        }
    }

    /** out += X w', each nonzero reading its column of w. */
    private static void timesColumns(CsrFeatures x, FloatMatrix w, FloatMatrix out) {
        int[] starts = x.rowStarts();
        int[] columns = x.columns();
        float[] values = x.floats();
        float[] from = w.data();
        float[] to = out.data();
        for (int i = 0; i < x.rows(); i++) {
            int row = out.offset() + i * out.stride();
            for (int j = 0; j < w.rows(); j++) {
                int source = w.offset() + j * w.stride();
                float sum = 0;
                for (int k = starts[i]; k < starts[i + 1]; k++) {
                    sum += values[k] * from[source + columns[k]];
                }
                to[row + j] = sum;
            }
        }
    }

    /**
     * out += delta' X; the same choice as in {@link #timesTransposed}, the sums being kept transposed and added at the
     * end.
     */
    static void addTransposedTimes(CsrFeatures x, FloatMatrix delta, FloatMatrix out) {
        int outputs = delta.cols();
        if (outputs == 1 || !worthTransposing(x)) {
            addScattered(x, delta, out);
            return;
        }
        int[] starts = x.rowStarts();
        int[] columns = x.columns();
        float[] values = x.floats();
        float[] from = delta.data();
        float[] sums = Scratch.floats(x.cols() * outputs);
        Arrays.fill(sums, 0, x.cols() * outputs, 0);
        for (int i = 0; i < x.rows(); i++) {
            int row = delta.offset() + i * delta.stride();
            for (int k = starts[i]; k < starts[i + 1]; k++) {
                FloatLoops.axpy(values[k], from, row, sums, columns[k] * outputs, outputs);
            }
        }
        FloatLoops.transpose(sums, 0, outputs, x.cols(), outputs, out.data(), out.offset(), out.stride(), true);
    }

    private static void addScattered(CsrFeatures x, FloatMatrix delta, FloatMatrix out) {
        int[] starts = x.rowStarts();
        int[] columns = x.columns();
        float[] values = x.floats();
        float[] to = out.data();
        for (int i = 0; i < x.rows(); i++) {
            for (int j = 0; j < delta.cols(); j++) {
                float factor = delta.data()[delta.offset() + i * delta.stride() + j];
                int row = out.offset() + j * out.stride();
                for (int k = starts[i]; k < starts[i + 1]; k++) {
                    to[row + columns[k]] += factor * values[k];
                }
            }
        }
    }

    /**
     * Lower triangle of out += X' diag(weights) X. Columns ascend within a row, so that later entries own the rows of
     * out.
     */
    static void addGram(CsrFeatures x, double[] weights, FloatMatrix out) {
        int[] starts = x.rowStarts();
        int[] columns = x.columns();
        float[] values = x.floats();
        float[] to = out.data();
        for (int i = 0; i < x.rows(); i++) {
            float weight = weights.length == 0 ? 1 : (float) weights[i];
            int from = starts[i];
            for (int k = from; k < starts[i + 1]; k++) {
                float factor = weight * values[k];
                int row = out.offset() + columns[k] * out.stride();
                for (int l = from; l <= k; l++) {
                    to[row + columns[l]] += factor * values[l];
                }
            }
        }
    }
}
