package io.kfac.spark.engine;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.curvature.CurvatureKind;
import io.kfac.family.Categorical;
import io.kfac.family.CounterRandom;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.Preconditioner;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * How long one core of this machine takes over the parts of a step, measured in about three seconds with the network itself on dense
 * rows of noise. Cores that share a machine with busy ones may be slower.
 * @param loss       seconds a row of a forward pass
 * @param gradient   a row, the forward pass included
 * @param statistics a row, the gradient included
 * @param products   a row, of Fisher products of four directions
 * @param learn      seconds of taking in a batch's statistics
 * @param refresh    seconds of a refresh
 * @param apply      seconds of preconditioning one gradient
 */
public record PassSpeed(
        double loss, double gradient, double statistics, double products, double learn, double refresh, double apply)
        implements Serializable {
    private static final int ROWS = 1_024;
    private static final long NUMBERS = 1L << 24;
    private static final double WARMUP_SECONDS = 1.5;
    private static final double SECONDS = 0.2;
    private static final double DAMPING = 1e-2;

    /** Averages of the same on several cores. */
    static PassSpeed mean(List<PassSpeed> cores) {
        return new PassSpeed(
                mean(cores, PassSpeed::loss),
                mean(cores, PassSpeed::gradient),
                mean(cores, PassSpeed::statistics),
                mean(cores, PassSpeed::products),
                mean(cores, PassSpeed::learn),
                mean(cores, PassSpeed::refresh),
                mean(cores, PassSpeed::apply));
    }

    private static double mean(List<PassSpeed> cores, ToDoubleFunction<PassSpeed> part) {
        return cores.stream().mapToDouble(part).average().orElseThrow();
    }

    private static int rows(Network network) {
        return (int) Math.max(16, Math.min(ROWS, NUMBERS / network.inputColumns()));
    }

    public static PassSpeed measure(Network network, Metric metric) {
        int rows = rows(network);
        Objective objective = new InMemoryObjective(network, List.of(noise(network, rows)));
        Parameters at = network.initialParameters(1).to(network, Precision.DOUBLE);
        Parameters direction = at.copy(network);
        Preconditioner preconditioner = metric.create(network, 0.1);
        // Statistics that depend on the data alone are taken from the first rows only: past these, and past the
        // compiler.
        double start = now();
        do {
            objective.evaluate("", new Query(at, RowSelection.all(), Request.loss()));
            learn(preconditioner, ask(objective, at, preconditioner.statistics(1, rows)), rows);
        } while (now() - start < WARMUP_SECONDS);
        preconditioner.refresh(DAMPING);
        Optional<CurvatureKind> kind = preconditioner.statistics(1, rows);
        Evaluation answer = ask(objective, at, kind);
        Parameters gradient = answer.gradient().orElseThrow();
        return new PassSpeed(
                median(() -> objective.evaluate("", new Query(at, RowSelection.all(), Request.loss()))) / rows,
                median(() -> ask(objective, at, Optional.empty())) / rows,
                median(() -> ask(objective, at, kind)) / rows,
                median(() -> objective.evaluate(
                                "",
                                new Query(
                                        at,
                                        RowSelection.all(),
                                        Request.fisherProducts(List.of(direction, direction, direction, direction)))))
                        / rows,
                median(() -> learn(preconditioner, answer, rows)),
                median(() -> preconditioner.refresh(DAMPING)),
                median(() -> preconditioner.apply(gradient, direction)));
    }

    private static Evaluation ask(Objective objective, Parameters at, Optional<CurvatureKind> kind) {
        return objective.evaluate("", new Query(at, RowSelection.all(), Request.gradientAnd(kind)));
    }

    private static void learn(Preconditioner preconditioner, Evaluation answer, int rows) {
        Parameters gradient = answer.gradient().orElseThrow();
        gradient.scale(1.0 / rows);
        preconditioner.accumulate(answer.curvature(), gradient);
    }

    private static MiniBatch noise(Network network, int rows) {
        Matrix x = Matrix.zeros(network.precision(), rows, network.inputColumns());
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < x.cols(); j++) {
                x.set(i, j, CounterRandom.uniform(CounterRandom.key(i, j)) - 0.5);
            }
            labels[i] = i % network.outputs();
        }
        Matrix halves = Matrix.zeros(network.precision(), rows, network.outputs());
        halves.fill(0.5);
        return new MiniBatch(
                new DenseFeatures(x),
                network.family() instanceof Categorical ? new Targets.Classes(labels) : new Targets.Values(halves),
                new double[0],
                LongStream.range(0, rows).toArray());
    }

    private static double median(Runnable what) {
        List<Double> seconds = new ArrayList<>();
        double start = now();
        do {
            double one = now();
            what.run();
            seconds.add(now() - one);
        } while (now() - start < SECONDS);
        Collections.sort(seconds);
        return seconds.get(seconds.size() / 2);
    }

    private static double now() {
        return System.nanoTime() * 1e-9;
    }
}
