package io.kfac.inference;

import io.kfac.curvature.FeatureRecessions;
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
 * @param complete   whether all rows' losses fall to nothing
 * @param direction  in the units of the columns; parameters that it moves have no finite optimum
 * @param descending rows whose loss falls along it
 */
public record Separation(boolean complete, Parameters direction, double descending) {
    /**
     * Newton's last step is a direction of recession up to what the others still had to go: components below these shares of the
     * largest one are that, or are not.
     */
    private static final double[] SHARES = {0, 1e-4, 1e-3, 1e-2, 0.1};

    /** Of directions that only rounding keeps from being exact. */
    private static final double[] EXACT_SHARES = {0, 1e-9, 1e-6};

    /** Of models so wide that a direction is megabytes. */
    private static final double[] WIDE_SHARES = {0, 1e-2};

    private static final int WIDE = 100_000;

    /** The largest Fisher that is solved with. */
    private static final int MOST_PARAMETERS = 2_000;

    /** Share of Newton's step that need not be explained: it is what other weights still had to go. */
    private static final double UNEXPLAINED = 0.01;

    /** Loss of all rows, in nats, of classes that can all be told apart: two rows that cannot leave more. */
    private static final double NO_LOSS = 0.01;

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

        private Parameters shifted(Network network, Parameters weights, int sign) {
            Parameters shifted = weights.copy(network);
            eachRow(shifted, row -> shift(row, sign));
            return shifted;
        }
    }

    /**
     * Two passes, and two more where Newton's step goes where neither it nor single features prove anything. Of the directions that no
     * row violates, the one along which most rows fall; of equal ones that which moves the fewest parameters.
     *
     * <p>Directions are sought among the features that separate by themselves, all at once; then in the point itself, at which
     * completely separated rows have no step left, and in Newton's step, both freed of what changes no output and of shifts, which
     * would spread them over all parameters; then in what is left of Newton's step far along it.
     * @param at   a point of a network without hidden layers
     * @param step Newton's from there, without a penalty
     */
    public static Optional<Separation> find(
            Objective objective, Parameters at, Parameters step, Columns columns, RowSelection rows) {
        Network network = objective.network();
        Parameters features = features(objective, at, columns, rows);
        Parameters newton = suggested(network, step, columns);
        if (explains(network, features, newton)) {
            return prove(objective, at, List.of(features), columns, rows);
        }
        List<Parameters> candidates = new ArrayList<>();
        for (Parameters suggested : List.of(suggested(network, at, columns), newton)) {
            for (double share : network.size() > WIDE ? WIDE_SHARES : SHARES) {
                candidates.add(cleaned(network, suggested, share));
            }
        }
        candidates.add(features);
        Optional<Separation> found = prove(objective, at, candidates, columns, rows);
        if (found.filter(Separation::complete).isPresent()
                || network.size() > MOST_PARAMETERS
                || !(newton.norm() > 0)) {
            return found;
        }
        Parameters nearly = columns.shifted(network, cleaned(network, newton, 0), 1);
        List<Parameters> exact = new ArrayList<>();
        LimitingModel.project(objective, at, nearly, rows).ifPresent(direction -> {
            for (double share : EXACT_SHARES) {
                Parameters alone = cleaned(network, columns.shifted(network, direction, -1), share);
                Parameters both = alone.copy(network);
                both.add(1, features);
                exact.addAll(List.of(both, alone));
            }
        });
        return prove(objective, at, exact, columns, rows)
                .filter(more ->
                        found.isEmpty() || more.descending() > found.get().descending())
                .or(() -> found);
    }

    /** All single weights that are directions of recession, at once. */
    private static Parameters features(Objective objective, Parameters at, Columns columns, RowSelection rows) {
        Request request = Request.curvature(new FeatureRecessions(columns.shifts()));
        Evaluation answer = objective.evaluate("looking for separating features", new Query(at, rows, request));
        return FeatureRecessions.directions(
                objective.network(), answer.curvature().orElseThrow());
    }

    private static Parameters suggested(Network network, Parameters direction, Columns columns) {
        return columns.shifted(network, essence(network, direction, columns.dependences()), -1);
    }

    /** Whether Newton's step moves hardly any other feature. */
    private static boolean explains(Network network, Parameters features, Parameters newton) {
        double[] proved = features.toArray();
        double[] step = newton.toArray();
        int d = network.inputColumns();
        double within = 0;
        double outside = 0;
        for (int i = 0; i < step.length; i++) {
            if (proved[i] != 0) {
                within = Math.max(within, Math.abs(step[i]));
            } else if (i % d < network.layer(0).inputs()) {
                outside = Math.max(outside, Math.abs(step[i]));
            }
        }
        return outside < UNEXPLAINED * within;
    }

    /** Of candidates in columns from which nothing was subtracted. */
    private static Optional<Separation> prove(
            Objective objective, Parameters at, List<Parameters> candidates, Columns columns, RowSelection rows) {
        Network network = objective.network();
        List<Parameters> directions = candidates.stream()
                .filter(candidate -> candidate.norm() > 0)
                .map(candidate -> columns.shifted(network, candidate, 1))
                .toList();
        if (directions.isEmpty()) {
            return Optional.empty();
        }
        List<Evaluation> answers = objective.evaluate(
                "looking for separated classes",
                directions.stream()
                        .map(direction -> new Query(at, rows, Request.recession(direction)))
                        .toList());
        Optional<Separation> found = Optional.empty();
        for (int i = 0; i < directions.size(); i++) {
            Evaluation answer = answers.get(i);
            boolean proof = answer.violating() == 0 && answer.descending() > 0;
            if (proof && found.map(f -> answer.descending() >= f.descending()).orElse(true)) {
                // Of more than two classes it is enough for a descent that one is ruled out.
                boolean complete = answer.standing() == 0 && (network.outputs() <= 2 || answer.loss() < NO_LOSS);
                found = Optional.of(new Separation(complete, directions.get(i), answer.descending()));
            }
        }
        return found;
    }

    /** Scaled to a largest component of 1, without those below a share of it. */
    private static Parameters cleaned(Network network, Parameters direction, double share) {
        double[] values = direction.toArray();
        double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
        return Parameters.of(
                network,
                Arrays.stream(values)
                        .map(v -> largest > 0 && Math.abs(v) >= share * largest ? v / largest : 0)
                        .toArray());
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
}
