package io.kfac.linalg;

/** The loops of {@link Elementwise} on doubles; shapes are checked by the caller. */
final class DoubleRows {
    private DoubleRows() {}

    static void softmax(DoubleMatrix theta, DoubleMatrix mean, double[] logSumExp) {
        double[] from = theta.data();
        double[] to = mean.data();
        for (int i = 0; i < theta.rows(); i++) {
            int source = theta.offset() + i * theta.stride();
            int target = mean.offset() + i * mean.stride();
            double max = max(theta, i);
            double sum = 0;
            for (int j = 0; j < theta.cols(); j++) {
                double e = Math.exp(from[source + j] - max);
                to[target + j] = e;
                sum += e;
            }
            DoubleLoops.scale(1 / sum, to, target, theta.cols());
            if (logSumExp.length != 0) {
                logSumExp[i] = max + Math.log(sum);
            }
        }
    }

    static void logSumExp(DoubleMatrix theta, double[] out) {
        double[] from = theta.data();
        for (int i = 0; i < theta.rows(); i++) {
            int source = theta.offset() + i * theta.stride();
            double max = max(theta, i);
            double sum = 0;
            for (int j = 0; j < theta.cols(); j++) {
                sum += Math.exp(from[source + j] - max);
            }
            out[i] = max + Math.log(sum);
        }
    }

    static void softplus(DoubleMatrix theta, double[] out) {
        double[] from = theta.data();
        for (int i = 0; i < theta.rows(); i++) {
            int source = theta.offset() + i * theta.stride();
            double sum = 0;
            for (int j = 0; j < theta.cols(); j++) {
                sum += DoubleKernels.softplus(from[source + j]);
            }
            out[i] = sum;
        }
    }

    static void softplusMinus(DoubleMatrix theta, DoubleMatrix t, double[] out) {
        double[] from = theta.data();
        double[] targets = t.data();
        for (int i = 0; i < theta.rows(); i++) {
            int source = theta.offset() + i * theta.stride();
            int target = t.offset() + i * t.stride();
            double sum = 0;
            for (int j = 0; j < theta.cols(); j++) {
                sum += DoubleKernels.softplusMinus(from[source + j], targets[target + j]);
            }
            out[i] = sum;
        }
    }

    /** NaN where the row has one. */
    private static double max(DoubleMatrix x, int row) {
        double[] data = x.data();
        double max = Double.NEGATIVE_INFINITY;
        for (int i = x.offset() + row * x.stride(), end = i + x.cols(); i < end; i++) {
            max = Math.max(max, data[i]);
        }
        return max;
    }
}
