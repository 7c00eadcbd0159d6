package io.kfac.spark.bench;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.family.Categorical;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.FloatMatrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.linalg.NativeBlas;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluator;
import io.kfac.objective.Query;
import io.kfac.objective.QueryBatch;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.spark.sql.SparkSession;

/**
 * How near an executor's gradient pass comes to this JVM's sgemm peak: forward, weight gradients and input gradients of
 * [784, 1000, 1000, 10] on 4,096 rows, one thread, through the same evaluator that a task runs, gathering and loss included.
 */
final class KernelBench implements Bench.Benchmark {
    private static final int ROWS = 4_096;
    private static final int N = 1_024;
    private static final int REPEATS = 5;

    @Override
    public Bench.Findings run(SparkSession spark) {
        Network network =
                Network.mlp(784, List.of(1_000, 1_000), 10, Activation.TANH, new Categorical(), Precision.FLOAT);
        MiniBatch batch = batch(network);
        Parameters at = network.initialParameters(1);
        QueryBatch gradient =
                new QueryBatch(network, List.of(new Query(at, RowSelection.all(), Request.lossAndGradient())));
        Evaluator evaluator = new Evaluator(network);
        FloatMatrix a = random(N, N, 1);
        FloatMatrix b = random(N, N, 2);
        FloatMatrix c = FloatMatrix.zeros(N, N);
        for (int warm = 0; warm < 10; warm++) {
            evaluator.evaluate(List.of(batch).iterator(), gradient);
            c.multiply(1, a, Transpose.NO, b, Transpose.NO, 0);
        }
        double pass = Double.POSITIVE_INFINITY;
        double gemm = Double.POSITIVE_INFINITY;
        for (int i = 0; i < REPEATS; i++) {
            long start = System.nanoTime();
            evaluator.evaluate(List.of(batch).iterator(), gradient);
            pass = Math.min(pass, (System.nanoTime() - start) * 1e-9);
            start = System.nanoTime();
            for (int r = 0; r < 10; r++) {
                c.multiply(1, a, Transpose.NO, b, Transpose.NO, 0);
            }
            gemm = Math.min(gemm, (System.nanoTime() - start) * 1e-10);
        }
        double peak = 2.0 * N * N * N / gemm * 1e-9;
        double speed = flops(network) / pass * 1e-9;
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("blas", NativeBlas.status().description());
        details.put("peakGflops", peak);
        details.put("passGflops", speed);
        details.put("passSeconds", pass);
        details.put("ratio", speed / peak);
        return new Bench.Findings("%.0f%% (of %.1f GF/s a core)".formatted(100 * speed / peak, peak), details);
    }

    /** Two flops a weight and row forward, two for its gradient, and two for the input's except below the first layer. */
    private static double flops(Network network) {
        double weights = 0;
        for (Layer layer : network.layers()) {
            weights += 3.0 * layer.inputs() * layer.outputs();
        }
        weights -= (double) network.layer(0).inputs() * network.layer(0).outputs();
        return 2 * weights * ROWS;
    }

    private static MiniBatch batch(Network network) {
        FloatMatrix x = random(ROWS, network.inputColumns(), 3);
        x.colRange(network.layer(0).inputs(), network.inputColumns()).fill(1);
        int[] labels = new int[ROWS];
        for (int i = 0; i < ROWS; i++) {
            labels[i] = i % 10;
        }
        return new MiniBatch(
                new DenseFeatures(x),
                new Targets.Classes(labels),
                new double[0],
                LongStream.range(0, ROWS).toArray());
    }

    private static FloatMatrix random(int rows, int cols, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FloatMatrix matrix = FloatMatrix.zeros(rows, cols);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                matrix.set(i, j, random.nextDouble() - 0.5);
            }
        }
        return matrix;
    }
}
