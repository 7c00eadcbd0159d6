package io.kfac.optimizer;

import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.LocalWork;
import io.kfac.objective.Objective;
import io.kfac.objective.PartialSums;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.preconditioner.LocalPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import io.kfac.preconditioner.State;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a worker does in a round: so many steps of {@link FixedRateOptimizer} on its own rows. The batches of all workers' n-th
 * steps are together the batch of one synchronous step.
 */
final class LocalSteps implements LocalWork {
    private static final long serialVersionUID = 1L;

    /** Ways that are still too long after so many attempts to shorten them lead nowhere. */
    private static final int SHORTENINGS = 10;

    /** Than what squares ask for: KL grows more slowly where outputs are saturated. */
    private static final double SHORTER = 0.9;

    private final Network network;
    private final Matrix start;
    private final Matrix memory;
    private final long taken;
    private final BatchSchedule batches;
    private final LocalPreconditioner.Factory factory;
    private final LinkedHashMap<String, double[]> applied;
    private final int followed;
    private final RunOptions run;
    private final FixedRateOptions options;
    private final LocalOptions local;

    /**
     * @param from           where the round begins; rounded to the network's precision
     * @param factory        of preconditioners like the driver's
     * @param preconditioner the driver's, after a refresh
     */
    LocalSteps(
            Network network,
            FixedRateOptimizer.State from,
            LocalPreconditioner.Factory factory,
            Preconditioner preconditioner,
            RunOptions run,
            FixedRateOptions options,
            LocalOptions local) {
        this.network = network;
        this.start = from.parameters().to(network, network.precision()).flat();
        this.memory = from.memory().to(network, network.precision()).flat();
        this.taken = from.steps();
        this.batches = from.batches().orElseThrow().copy();
        this.factory = factory;
        this.applied = new LinkedHashMap<>(State.saveApplied(preconditioner));
        this.followed = moments(preconditioner).length;
        this.run = run;
        this.options = options;
        this.local = local;
    }

    LocalSums layout() {
        return new LocalSums(network, !(options.momentum() instanceof Momentum.None), followed);
    }

    /** The driver's preconditioner takes back what workers have learnt. @param moments averages of theirs, in order of names */
    static void adopt(Preconditioner preconditioner, double[] moments) {
        preconditioner.follower().ifPresent(part -> {
            Map<String, double[]> state = State.saveApplied(part);
            int at = 0;
            for (double[] values : state.values()) {
                System.arraycopy(moments, at, values, 0, values.length);
                at += values.length;
            }
            State.restoreApplied(part, state);
        });
    }

    private static double[] moments(Preconditioner preconditioner) {
        return preconditioner.follower().map(State::saveApplied).orElse(Map.of()).values().stream()
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }

    @Override
    public PartialSums run(Objective own) {
        if (own.rows() == 0) {
            return layout().nobody();
        }
        try {
            return steps(own);
        } catch (ArithmeticException notFinite) {
            return layout().dropped();
        }
    }

    private PartialSums steps(Objective own) {
        LocalPreconditioner mine = new LocalPreconditioner(network, factory, applied);
        Parameters from = Parameters.of(network, start).to(network, Precision.DOUBLE);
        FixedRateOptimizer optimizer = new FixedRateOptimizer(
                network,
                new FixedRateOptimizer.State(from, Parameters.of(network, memory), taken, Optional.of(batches)),
                mine,
                run,
                options,
                () -> 0L);
        double rows = 0;
        double weight = 0;
        double loss = 0;
        double before = Double.NaN;
        for (int i = 0; i < local.steps(); i++) {
            Optional<Evaluation> seen = optimizer.take(own).map(FixedRateOptimizer.Taken::evaluation);
            before = i == 0 ? seen.map(Evaluation::meanLoss).orElse(before) : before;
            rows += seen.map(Evaluation::rows).orElse(0.0);
            weight += seen.map(Evaluation::weight).orElse(0.0);
            loss += seen.map(Evaluation::loss).orElse(0.0);
        }
        if (weight == 0) {
            return layout().nobody();
        }
        Parameters way = optimizer.state().parameters();
        way.add(-1, from);
        Parameters velocity = optimizer.state().memory();
        Within within = shorten(own, from, way, before);
        if (within.share() < 1 && !(options.momentum() instanceof Momentum.GradientAverage)) {
            velocity.scale(within.share());
        }
        return layout().of(new LocalSums.Worker(
                rows, weight, loss, within.divergence(), within.share() < 1, way, velocity, moments(mine)));
    }

    /** @param divergence at the end of the way that is left @param share of the way that is left */
    private record Within(double divergence, double share) {}

    /**
     * Shortens the way until KL(old || new) on the rows of the round's first batch is within the limit: KL grows with the square of
     * short ways.
     * @param before mean loss of these rows; NaN where there is none
     * @throws ArithmeticException where it is not finite, or no way is short enough
     */
    private Within shorten(Objective own, Parameters from, Parameters way, double before) {
        double share = 1;
        for (int attempt = 0; attempt <= SHORTENINGS; attempt++) {
            Evaluation moved = moved(own, from, way);
            double divergence = moved.weight() == 0 ? 0 : moved.divergence() / moved.weight();
            if (!(Double.isFinite(divergence) && way.flat().isFinite())) {
                throw new ArithmeticException("Cannot use a worker whose outputs are not finite");
            }
            double limit = local.klLimit().nats(before, moved.meanLoss());
            if (divergence == 0 || divergence <= limit) {
                return new Within(divergence, share);
            }
            double factor = SHORTER * Math.sqrt(limit / divergence);
            way.scale(factor);
            share *= factor;
        }
        throw new ArithmeticException(
                "Cannot use a worker that is too far from where it started, %s of its way back".formatted(share));
    }

    private Evaluation moved(Objective own, Parameters from, Parameters way) {
        Parameters end = from.to(network, Precision.DOUBLE);
        end.add(1, way);
        return own.evaluate("", new Query(end, batches.batch(), Request.divergenceFrom(from)));
    }

    /** Numbers that go out to every executor. */
    @Override
    public long bytes() {
        long numbers =
                applied.values().stream().mapToLong(values -> values.length).sum();
        return 2L * network.size() * network.precision().bytes() + Double.BYTES * numbers;
    }

    @Override
    public long answerBytes() {
        return layout().bytes();
    }
}
