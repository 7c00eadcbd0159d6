package io.kfac.optimizer;

import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.CancelledException;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Objective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Steps until a limit, until held-out rows stop gaining, until no step helps or until it is told to stop; returns the best
 * point. Looks at held-out rows ride along with the optimizer's own passes.
 */
public final class Trainer {
    /** Enough to tell the last point from the average. */
    private static final double COMPARED_ROWS = 20_000;

    private final RidingObjective objective;
    private final Optimizer optimizer;
    private final TrainingOptions options;
    private final TrainingListener listener;
    private final Network network;
    private final IterateAverage average;
    private final BestPoint best;
    private OptionalDouble lastValidation = OptionalDouble.empty();
    private boolean nothingHeldOut;
    private long steps;
    private long finished;

    public Trainer(Objective objective, Optimizer optimizer, TrainingOptions options, TrainingListener listener) {
        this.objective = new RidingObjective(objective);
        this.optimizer = optimizer;
        this.options = options;
        this.listener = listener;
        this.network = objective.network();
        this.average = new IterateAverage(network);
        this.best = new BestPoint(network, options.minGain());
    }

    /** @param cancelled asked between steps; when true, training ends with what it has */
    public TrainingResult run(BooleanSupplier cancelled) {
        try {
            String reason = train(cancelled);
            return result(reason);
        } catch (CancelledException e) {
            // The last finished step, not the best one seen: looks may be long ago.
            return new TrainingResult(
                    optimizer.settled(),
                    finished,
                    optimizer.epoch(),
                    "cancelled",
                    finished,
                    false,
                    OptionalDouble.empty());
        }
    }

    private String train(BooleanSupplier cancelled) {
        listener.onStart(optimizer);
        while (steps < options.maxSteps()) {
            if (cancelled.getAsBoolean()) {
                throw new CancelledException("asked to stop");
            }
            if (optimizer.epoch() >= options.maxEpochs()) {
                return "reached %s epochs".formatted(options.maxEpochs());
            }
            if (best.looksWithoutGain() >= options.patience()) {
                return "no gain on held-out rows in %d looks".formatted(options.patience());
            }
            if (validates() && steps % options.checkEvery() == 0) {
                look();
            }
            optimizer.step(objective).ifPresent(this::take);
            if (optimizer.stalled().isPresent()) {
                return optimizer.stalled().get();
            }
            steps++;
        }
        return "reached %d steps".formatted(options.maxSteps());
    }

    private boolean validates() {
        return options.validation() > 0 && !nothingHeldOut;
    }

    private void take(StepReport report) {
        if (report.accepted()) {
            average.add(optimizer.settled());
        }
        finished = report.step();
        listener.onStep(report.withValidation(lastValidation));
        lastValidation = OptionalDouble.empty();
    }

    /** A look at the held-out rows on the way. */
    private void look() {
        ride(RowSelection.validation(options.seed(), options.validation()), answers -> {
            // Few rows may leave none to look at: then training goes on as if none had been asked for.
            nothingHeldOut = answers.get(0).weight() == 0;
            if (nothingHeldOut) {
                return;
            }
            best.endLook();
            lastValidation = OptionalDouble.of(answers.get(0).meanLoss());
        });
    }

    /** Sends raw and averaged parameters along with the next pass, to compete on the given rows. */
    private void ride(RowSelection rows, Consumer<List<Evaluation>> then) {
        List<Parameters> candidates = new ArrayList<>();
        candidates.add(optimizer.parameters().to(network, Precision.DOUBLE));
        if (options.average() && average.count() > 1) {
            candidates.add(average.value().to(network, Precision.DOUBLE));
        }
        long at = steps;
        List<Query> queries =
                candidates.stream().map(p -> new Query(p, rows, Request.loss())).toList();
        objective.ride(queries, answers -> {
            for (int i = 0; i < candidates.size(); i++) {
                best.offer(candidates.get(i), answers.get(i).meanLoss(), at, i == 1);
            }
            then.accept(answers);
        });
    }

    /**
     * Judges the last step. In the same pass the last point gets a look too, and so does the average; without held-out rows they
     * compete on some of the training rows.
     */
    private TrainingResult result(String reason) {
        if (optimizer.certificate().isPresent() && !validates()) {
            // Of the optimum of all rows, some of them have nothing to say.
            optimizer.finish(objective).ifPresent(this::take);
            return new TrainingResult(
                    optimizer.settled(), steps, optimizer.epoch(), reason, finished, false, OptionalDouble.empty());
        }
        RowSelection rows = validates()
                ? RowSelection.validation(options.seed(), options.validation())
                : RowSelection.training(options.seed(), 0).interval(0, Math.min(1, COMPARED_ROWS / objective.rows()));
        ride(rows, answers -> {});
        Optional<StepReport> last = optimizer.finish(objective);
        last.ifPresent(this::take);
        objective.flush("comparing last and averaged parameters");
        if (last.isPresent() && !last.get().accepted()) {
            Query settled = new Query(optimizer.settled(), rows, Request.loss());
            best.offer(
                    settled.at(),
                    objective.evaluate("last accepted step", settled).meanLoss(),
                    steps,
                    false);
        }
        TrainingResult found = best.result(steps, optimizer.epoch(), reason)
                .orElseThrow(() -> new ArithmeticException(
                        "Cannot return a model: no point had a finite loss on the rows that were to judge it"));
        return validates() ? found : found.withoutValidation();
    }
}
