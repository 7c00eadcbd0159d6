package io.kfac.spark.jobs;

import io.kfac.model.Activation;
import io.kfac.spark.engine.JobCount;
import io.kfac.spark.engine.Judge;
import io.kfac.spark.engine.Looks;
import io.kfac.spark.engine.RunLog;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * MLlib on the same rows. Its classifiers say nothing on their way, so every point of the curve is a fit of its own, each of about twice
 * as many iterations as the one before, until one takes the whole budget.
 */
final class MllibHeat {
    private static final int FIRST = 5;

    private final HeatContext context;
    private final Heat heat;

    MllibHeat(HeatContext context, Heat heat) {
        this.context = context;
        this.heat = heat;
    }

    private MllibPeer peer() {
        TrainConfig config = heat.contender().config();
        return MllibPeer.of(
                heat.contender().name(),
                context.network(),
                config.optimizer().penalty(),
                config.data(),
                config.model().kind());
    }

    String note() {
        Activation hidden = context.network().layer(0).activation();
        boolean other = heat.contender().name().equals(MllibPeer.PERCEPTRON) && hidden != Activation.LOGISTIC;
        return "every point of its curve is a fit of its own, of 5, 10, 20, ... iterations, timed whole, from a persisted DataFrame of"
                + " the rows as all others see them. Its Spark jobs were counted, and each taken for an epoch; its bytes were not measured. As"
                + " iterations double from point to point, its way to a target is overstated by up to that."
                + (other
                        ? " Its hidden units are logistic, the only ones it has; those of all others are %s."
                                .formatted(hidden.key())
                        : "");
    }

    void warmUp(Dataset<Row> frame) {
        peer().fit(frame, 2, 1);
    }

    /** @return why it ended */
    String run(Dataset<Row> frame, RunLog log) {
        MllibPeer peer = peer();
        CompareConfig.Budget budget = context.config().budget();
        try (Judge judge = new Judge(
                        peer.network(),
                        context.tables().train(),
                        context.tables().test());
                JobCount jobs = new JobCount(context.session().spark().sparkContext())) {
            int iterations = FIRST;
            while (true) {
                long before = jobs.soFar();
                long start = System.nanoTime();
                MllibPeer.Fit fit = peer.fit(frame, iterations, heat.seed());
                double seconds = (System.nanoTime() - start) * 1e-9;
                double used = (double) (jobs.soFar() - before);
                Judge.Verdict verdict = judge.judge(List.of(fit.parameters())).get(0);
                log.write(Looks.line(fit.iterations(), seconds, used, used, Double.NaN, verdict));
                if (fit.iterations() < iterations) {
                    return end(log, "converged after %,d iterations".formatted(fit.iterations()));
                }
                double share =
                        Math.max(seconds / budget.seconds(), Math.max(used / budget.epochs(), used / budget.jobs()));
                if (share >= 0.97) {
                    return end(log, "its budget of %s is spent".formatted(budget.text()));
                }
                // The last fit is to take the whole budget, and not twice as much.
                iterations = Math.max(iterations + 1, (int) (iterations * Math.min(2, 1 / share)));
            }
        }
    }

    private static String end(RunLog log, String reason) {
        log.end("finished", reason, 0);
        return reason;
    }
}
