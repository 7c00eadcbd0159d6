package io.kfac.spark.engine;

import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.CancelledException;
import io.kfac.objective.Penalty;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.LocalTotals;
import io.kfac.optimizer.NewtonPath;
import io.kfac.optimizer.TrainingListener;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.optimizer.TrainingResult;
import io.kfac.spark.data.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Fits of one model under a path of penalties, from rows that were loaded once. Each has its own optimizer. Neighbours by Newton's
 * method share jobs; without hidden layers, where it leads to the same optimum, every other fit starts where the one before it ended.
 * May be stopped from another thread.
 */
public final class PathRun {
    /** Fits that share a job: more would keep the driver waiting for the slowest. */
    private static final int MOST_TOGETHER = 64;

    private final Network network;
    private volatile boolean stopped;
    private volatile Runnable stopRunning = () -> {};

    public PathRun(Network network) {
        this.network = network;
    }

    /**
     * One fit of a path.
     * @param listener told of its steps, unless it shares them
     */
    public record Member(OptimizerSpec optimizer, Penalty penalty, TrainingOptions options, TrainingListener listener) {
        private boolean sharesJobsWith(Member other) {
            return optimizer instanceof ExactSpec.Newton
                    && optimizer.equals(other.optimizer)
                    && options.equals(other.options);
        }
    }

    /**
     * One outcome a member, in their order. Those that shared jobs have the cost of all that shared them.
     * @param members strongest penalty first
     * @throws io.kfac.spark.data.BadInput before anything runs, if the plan of one refuses
     * @throws CancelledException if it was stopped, or its jobs were cancelled
     */
    public List<TrainingRun.Outcome> run(TrainingData train, List<Member> members) {
        Plan.Workload workload = Plan.Workload.of(train);
        Plan.Limits limits = ClusterLimits.of(train.blocks().context());
        for (Member member : members) {
            Plan.of(network, member.optimizer(), workload).refuseUnlessFits(limits);
        }
        List<TrainingRun.Outcome> outcomes = new ArrayList<>();
        Optional<Parameters> start = Optional.empty();
        while (outcomes.size() < members.size()) {
            List<Member> next = members.subList(outcomes.size(), endOfGroup(members, outcomes.size()));
            outcomes.addAll(next.size() > 1 ? together(train, next, start) : List.of(alone(train, next.get(0), start)));
            TrainingRun.Outcome last = outcomes.get(outcomes.size() - 1);
            if (stopped || last.stopped()) {
                throw new CancelledException("stopped in fit %d of %d, after step %d of it"
                        .formatted(
                                outcomes.size(), members.size(), last.result().steps()));
            }
            start = network.depth() == 1 ? Optional.of(last.result().parameters()) : Optional.empty();
        }
        return outcomes;
    }

    private static int endOfGroup(List<Member> members, int from) {
        int to = from + 1;
        while (to < members.size() && members.get(from).sharesJobsWith(members.get(to))) {
            to++;
        }
        return to;
    }

    private TrainingRun.Outcome alone(TrainingData train, Member member, Optional<Parameters> start) {
        TrainingRun run = new TrainingRun(network, member.optimizer(), member.penalty(), member.options(), start);
        begin(run::stop);
        return run.run(train, Optional.empty(), member.listener());
    }

    private List<TrainingRun.Outcome> together(TrainingData train, List<Member> members, Optional<Parameters> start) {
        ExactSpec.Newton newton = (ExactSpec.Newton) members.get(0).optimizer();
        TrainingOptions options = members.get(0).options();
        long begin = System.nanoTime();
        try (RowsObjective objective = RowsObjective.of(network, train, newton)) {
            begin(objective::cancel);
            NewtonPath path = new NewtonPath(
                    network,
                    RowSelection.training(options.seed(), options.validation()),
                    newton.tolerance(),
                    (int) Math.min(Integer.MAX_VALUE, options.maxSteps()),
                    atOnce(train));
            List<NewtonPath.Solution> solutions = path.solve(
                    objective,
                    start.orElseGet(() -> StartingPoint.of(network, train, options.seed())),
                    members.stream().map(Member::penalty).toList(),
                    () -> stopped);
            double seconds = (System.nanoTime() - begin) * 1e-9;
            return solutions.stream()
                    .map(solution -> outcome(solution, objective, train, seconds))
                    .toList();
        }
    }

    private TrainingRun.Outcome outcome(
            NewtonPath.Solution solution, RowsObjective objective, TrainingData train, double seconds) {
        TrainingResult result = new TrainingResult(
                solution.parameters(),
                solution.steps(),
                solution.certificate().passes(),
                solution.certificate().reason(),
                solution.steps(),
                false,
                OptionalDouble.empty());
        return new TrainingRun.Outcome(
                result,
                false,
                // Classes have their scores from predictions, where somebody asks; values have a dispersion to
                // estimate.
                train.encoding().valueColumn().isPresent()
                        ? Optional.of(Scores.of(objective, solution.parameters(), train.encoding(), "training rows"))
                        : Optional.empty(),
                Optional.empty(),
                Optional.of(solution.certificate()),
                solution.localModel(),
                LocalTotals.NONE,
                objective.cost(),
                seconds);
    }

    private int atOnce(TrainingData train) {
        return Math.min(MOST_TOGETHER, SolverChoice.of(network, train).hessians());
    }

    /** Whoever stops the path before this has stopped what begins. */
    private void begin(Runnable stop) {
        stopRunning = stop;
        if (stopped) {
            stop.run();
        }
    }

    /** Ends the path soon; jobs that are running are cancelled if their group is the path's own. */
    public void stop() {
        stopped = true;
        stopRunning.run();
    }
}
