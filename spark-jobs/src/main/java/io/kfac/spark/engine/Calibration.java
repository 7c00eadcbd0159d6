package io.kfac.spark.engine;

import io.kfac.linalg.Matrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.linalg.Precision;
import io.kfac.spark.data.JobLabel;
import io.kfac.spark.data.Portable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * How fast things are here, measured in about a second: enough to tell a step of a tenth of a second from one of ten.
 * @param flopsPerSecond       of one core in the model's precision
 * @param doubleFlopsPerSecond of the driver, for Cholesky factors
 * @param jobSeconds           of a job that does nothing
 * @param bytesPerSecond       serialised and read back
 */
public record Calibration(
        double flopsPerSecond, double doubleFlopsPerSecond, double jobSeconds, double bytesPerSecond) {
    private static final int ORDER = 384;
    private static final double GEMM_SECONDS = 0.15;
    private static final int JOBS = 4;
    private static final int SERIALIZATIONS = 5;

    /** Runs a few products here and a few empty jobs there. */
    public static Calibration measure(SparkContext context, Precision precision) {
        double flops = gemm(precision);
        return new Calibration(
                flops,
                precision == Precision.DOUBLE ? flops : gemm(Precision.DOUBLE),
                emptyJob(context),
                serialization());
    }

    private static double gemm(Precision precision) {
        Matrix a = Matrix.zeros(precision, ORDER, ORDER);
        Matrix b = Matrix.zeros(precision, ORDER, ORDER);
        Matrix c = Matrix.zeros(precision, ORDER, ORDER);
        a.fill(1);
        b.fill(1);
        c.multiply(1, a, Transpose.NO, b, Transpose.NO, 0);
        double best = Double.POSITIVE_INFINITY;
        long start = System.nanoTime();
        while (seconds(start) < GEMM_SECONDS) {
            long one = System.nanoTime();
            c.multiply(1, a, Transpose.NO, b, Transpose.NO, 0);
            best = Math.min(best, seconds(one));
        }
        return 2.0 * ORDER * ORDER * ORDER / best;
    }

    private static double emptyJob(SparkContext context) {
        JavaSparkContext java = JavaSparkContext.fromSparkContext(context);
        int tasks = context.defaultParallelism();
        List<Double> times = new ArrayList<>();
        try (JobLabel label = new JobLabel(context, "kfac-calibration", "measuring the latency of jobs")) {
            for (int i = 0; i < JOBS; i++) {
                long start = System.nanoTime();
                java.parallelize(Collections.nCopies(tasks, 0), tasks).foreachPartition(rows -> {});
                times.add(seconds(start));
            }
        }
        return Collections.min(times);
    }

    private static double serialization() {
        float[] numbers = new float[1 << 20];
        long bytes = (long) numbers.length * Float.BYTES;
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < SERIALIZATIONS; i++) {
            long start = System.nanoTime();
            Portable.fromBytes(Portable.toBytes(numbers, bytes), float[].class);
            best = Math.min(best, seconds(start));
        }
        return bytes / best;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }
}
