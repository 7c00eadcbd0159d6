package io.kfac.optimizer;

import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.CancelledException;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.RowSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Newton's method for a whole path of penalties (Friedman, Hastie and Tibshirani 2010), several at a time: those of a group share
 * their passes over the data, so that a path takes about as many jobs as one fit; each group starts where the last one before it ended.
 */
public final class NewtonPath {
    private final Network network;
    private final RowSelection rows;
    private final double tolerance;
    private final int maxSteps;
    private final int group;
    private long passes;

    /**
     * What one penalty came to.
     * @param steps      that it took
     * @param localModel there, where there is no penalty: inference needs it, and the others' would only fill the memory
     */
    public record Solution(
            Penalty penalty,
            Parameters parameters,
            long steps,
            Certificate certificate,
            Optional<LocalModel> localModel) {}

    /**
     * @param tolerance a fit ends where its decrement is at most this share of its loss
     * @param maxSteps  of each fit
     * @param group     fits that share passes: as many Hessians as there is room for
     */
    public NewtonPath(Network network, RowSelection rows, double tolerance, int maxSteps, int group) {
        if (group < 1) {
            throw new IllegalArgumentException("Cannot fit %d penalties at a time".formatted(group));
        }
        this.network = network;
        this.rows = rows;
        this.tolerance = tolerance;
        this.maxSteps = maxSteps;
        this.group = group;
    }

    /**
     * Fits all penalties; solutions in their order.
     * @param penalties strongest first, so that groups start near their ends
     * @param cancelled asked between passes
     * @throws CancelledException if it says so
     */
    public List<Solution> solve(
            Objective objective, Parameters start, List<Penalty> penalties, BooleanSupplier cancelled) {
        List<Solution> solutions = new ArrayList<>();
        Parameters from = start;
        for (int at = 0; at < penalties.size(); at += group) {
            List<Penalty> together = penalties.subList(at, Math.min(penalties.size(), at + group));
            solutions.addAll(solveTogether(objective, from, together, cancelled));
            from = solutions.get(solutions.size() - 1).parameters();
        }
        return solutions;
    }

    private List<Solution> solveTogether(
            Objective objective, Parameters start, List<Penalty> penalties, BooleanSupplier cancelled) {
        List<NewtonSearch> searches = penalties.stream()
                .map(penalty -> new NewtonSearch(network, start, penalty, rows, tolerance))
                .toList();
        int steps = 0;
        look(objective, searches, "path: Hessians at the start");
        while (steps < maxSteps
                && searches.stream().anyMatch(search -> search.ended().isEmpty())) {
            if (cancelled.getAsBoolean()) {
                throw new CancelledException("stopped after %d steps of a path of penalties".formatted(steps));
            }
            steps++;
            lineSearch(objective, searches, "path: step %d: line search".formatted(steps));
            look(objective, searches, "path: step %d: Hessians".formatted(steps));
        }
        List<Solution> solutions = new ArrayList<>();
        for (int i = 0; i < searches.size(); i++) {
            NewtonSearch search = searches.get(i);
            solutions.add(new Solution(
                    penalties.get(i),
                    search.parameters(),
                    search.looks() - 1,
                    search.certificate(passes).orElseThrow(),
                    search.localModel().filter(model -> search.unpenalized())));
        }
        return solutions;
    }

    private void look(Objective objective, List<NewtonSearch> searches, String purpose) {
        List<NewtonSearch> asking =
                searches.stream().filter(NewtonSearch::wantsLook).toList();
        if (asking.isEmpty()) {
            return;
        }
        List<Evaluation> answers = objective.evaluate(
                purpose, asking.stream().map(NewtonSearch::look).toList());
        passes++;
        for (int i = 0; i < asking.size(); i++) {
            asking.get(i).see(answers.get(i));
        }
    }

    private void lineSearch(Objective objective, List<NewtonSearch> searches, String purpose) {
        List<NewtonSearch> asking =
                searches.stream().filter(search -> search.ended().isEmpty()).toList();
        if (asking.isEmpty()) {
            return;
        }
        List<Evaluation> answers = objective.evaluate(
                purpose, asking.stream().map(NewtonSearch::trials).toList());
        passes++;
        for (int i = 0; i < asking.size(); i++) {
            asking.get(i).take(answers.get(i));
        }
    }
}
