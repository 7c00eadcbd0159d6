package io.kfac.inference;

import io.kfac.family.Categorical;
import io.kfac.inference.Collinearity.Dependence;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Objective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A proof that no finite optimum exists: a direction along which no row's loss ever rises and some fall for ever (Albert and Anderson
 * 1984).
 * @param complete   whether all rows' losses fall
 * @param direction  in the units of the columns; parameters that it moves have no finite optimum
 * @param descending rows whose loss falls along it
 */
public record Separation(boolean complete, Parameters direction, double descending) {
    /**
     * Newton's last step is a direction of recession up to what the others still had to go: components below these shares of the
     * largest one are that, or are not.
     */
    private static final double[] SHARES = {0, 1e-4, 1e-3, 1e-2, 0.1};

    /**
     * Columns of the input, how they were made and what they have in common.
     * @param dependences among them
     * @param shifts      what was subtracted from each in its own units, so that a column of ones takes up its coefficient; or none
     */
    public record Columns(List<Dependence> dependences, double... shifts) {

        /** weights of the columns before anything was subtracted, and back. @param sign -1, and 1 back */
        private void shift(double[] weights, int sign) {
            double sum = 0;
            for (int j = 0; j < shifts.length; j++) {
                sum += shifts[j] * weights[j];
            }
            if (shifts.length > 0) {
                weights[weights.length - 1] += sign * sum;
            }
        }
    }

    /**
     * Directions that Newton's step suggests, and the point itself, at which completely separated rows have no step left. Freed first
     * of what changes no output, and of shifts, which would spread them over all parameters.
     */
    private static List<Parameters> candidates(Network network, Parameters at, Parameters step, Columns columns) {
        List<Parameters> candidates = new ArrayList<>();
        for (Parameters suggested : List.of(at, step)) {
            Parameters plain = essence(network, suggested, columns.dependences());
            eachRow(plain, row -> columns.shift(row, -1));
            double[] values = plain.toArray();
            double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
            for (double share : largest > 0 ? SHARES : new double[0]) {
                double least = share * largest;
                Parameters candidate = Parameters.of(
                        network,
                        Arrays.stream(values)
                                .map(v -> Math.abs(v) >= least ? v / largest : 0)
                                .toArray());
                eachRow(candidate, row -> columns.shift(row, 1));
                candidates.add(candidate);
            }
        }
        return candidates;
    }

    private static void eachRow(Parameters parameters, Consumer<double[]> change) {
        Matrix weights = parameters.layer(0);
        double[] row = new double[weights.cols()];
        for (int k = 0; k < weights.rows(); k++) {
            weights.getRow(k, row);
            change.accept(row);
            weights.setRow(k, row);
        }
    }

    /**
     * A direction of the same effect on all rows that leaves dependent columns alone and, where only differences of outputs count, the
     * most classes.
     */
    public static Parameters essence(Network network, Parameters direction, List<Dependence> dependences) {
        Parameters essence = direction.copy(network);
        eachRow(essence, row -> dependences.forEach(dependence -> dependence.fold(row)));
        Matrix weights = essence.layer(0);
        if (network.family() instanceof Categorical) {
            double[] sorted = new double[weights.rows()];
            for (int j = 0; j < weights.cols(); j++) {
                for (int k = 0; k < sorted.length; k++) {
                    sorted[k] = weights.get(k, j);
                }
                Arrays.sort(sorted);
                double median = sorted[sorted.length / 2];
                for (int k = 0; k < sorted.length; k++) {
                    weights.set(k, j, weights.get(k, j) - median);
                }
            }
        }
        return essence;
    }

    /**
     * One pass: the candidate along which most rows fall, of those that no row violates; of equal ones that which moves the fewest
     * parameters.
     * @param at          a point of a network without hidden layers
     * @param step        Newton's from there
     */
    public static Optional<Separation> find(
            Objective objective, Parameters at, Parameters step, Columns columns, RowSelection rows) {
        List<Parameters> candidates = candidates(objective.network(), at, step, columns);
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        List<Evaluation> answers = objective.evaluate(
                "looking for separated classes",
                candidates.stream()
                        .map(direction -> new Query(at, rows, Request.recession(direction)))
                        .toList());
        Optional<Separation> found = Optional.empty();
        for (int i = 0; i < candidates.size(); i++) {
            Evaluation answer = answers.get(i);
            boolean proof = answer.violating() == 0 && answer.descending() > 0;
            if (proof && found.map(f -> answer.descending() >= f.descending()).orElse(true)) {
                found = Optional.of(
                        new Separation(answer.descending() == answer.rows(), candidates.get(i), answer.descending()));
            }
        }
        return found;
    }
}
