package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.preconditioner.Preconditioner;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How long one core of this machine takes over the parts of a step, measured in about three seconds with the network itself on rows of
 * noise. Cores that share a machine with busy ones may be slower.
 * @param loss       seconds a row of a forward pass
 * @param gradient   a row, the forward pass included
 * @param statistics a row, the gradient included
 * @param learn      seconds of taking in a batch's statistics
 * @param refresh    seconds of a refresh
 * @param apply      seconds of preconditioning one gradient
 */
public record PassSpeed(double loss, double gradient, double statistics, double learn, double refresh, double apply)
        implements Serializable {
    private static final double WARMUP_SECONDS = 1.5;
    private static final double SECONDS = 0.2;
    private static final double DAMPING = 1e-2;

    /** Averages of the same on several cores. */
    static PassSpeed mean(List<PassSpeed> cores) {
        return new PassSpeed(
                mean(cores, PassSpeed::loss),
                mean(cores, PassSpeed::gradient),
                mean(cores, PassSpeed::statistics),
                mean(cores, PassSpeed::learn),
                mean(cores, PassSpeed::refresh),
                mean(cores, PassSpeed::apply));
    }

    private static double mean(List<PassSpeed> cores, ToDoubleFunction<PassSpeed> part) {
        return cores.stream().mapToDouble(part).average().orElseThrow();
    }

    /** @param density share of features that are not zero where rows are stored sparse; 1 where they are dense */
    public static PassSpeed measure(Network network, Metric metric, double density) {
        NoiseRows noise = NoiseRows.of(network, density);
        Passes passes = new Passes(new InMemoryObjective(network, noise.blocks()), noise, network.initialParameters(1));
        int rows = (int) noise.rows();
        Preconditioner preconditioner = metric.create(network, 0.1);
        // Statistics that depend on the data alone are taken from the first rows only: past these, and past the
        // compiler.
        double start = now();
        do {
            passes.ask(Request.loss());
            learn(preconditioner, passes.ask(Request.gradientAnd(preconditioner.statistics(1, rows))), rows);
        } while (now() - start < WARMUP_SECONDS);
        preconditioner.refresh(DAMPING);
        Optional<CurvatureKind> kind = preconditioner.statistics(1, rows);
        Evaluation answer = passes.ask(Request.gradientAnd(kind));
        Parameters gradient = answer.gradient().orElseThrow();
        Parameters direction = gradient.copy(network);
        return new PassSpeed(
                median(() -> passes.ask(Request.loss())) / rows,
                median(() -> passes.ask(Request.lossAndGradient())) / rows,
                median(() -> passes.ask(Request.gradientAnd(kind))) / rows,
                median(() -> learn(preconditioner, answer, rows)),
                median(() -> preconditioner.refresh(DAMPING)),
                median(() -> preconditioner.apply(gradient, direction)));
    }

    /** One batch after another. */
    private static final class Passes {
        private final Objective objective;
        private final NoiseRows rows;
        private final Parameters at;
        private int next;

        Passes(Objective objective, NoiseRows rows, Parameters at) {
            this.objective = objective;
            this.rows = rows;
            this.at = at.to(objective.network(), Precision.DOUBLE);
        }

        Evaluation ask(Request what) {
            return objective.evaluate("", new Query(at, rows.batch(next++), what));
        }
    }

    private static void learn(Preconditioner preconditioner, Evaluation answer, int rows) {
        Parameters gradient = answer.gradient().orElseThrow();
        gradient.scale(1.0 / rows);
        preconditioner.learn(answer.curvature(), gradient);
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
