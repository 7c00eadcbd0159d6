package io.kfac.inference;

import io.kfac.family.Categorical;
import io.kfac.inference.Collinearity.Dependence;
import io.kfac.linalg.DoubleMatrix;
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

/**
 * A proof that no finite optimum exists: a direction along which no row's loss ever rises and some fall for ever (Albert and Anderson
 * 1984).
 * @param complete   whether all rows' losses fall
 * @param direction  the largest component 1; parameters that it moves have no finite optimum
 * @param descending rows whose loss falls along it
 */
public record Separation(boolean complete, Parameters direction, double descending) {
    /**
     * Newton's last step is a direction of recession up to what the others still had to go: components below these shares of the
     * largest one are that, or are not.
     */
    private static final double[] SHARES = {0, 1e-4, 1e-3, 1e-2, 0.1};

    /**
     * Directions that Newton's step suggests, and the point itself, at which completely separated rows have no step left. Freed first
     * of what changes no output, which would spread them over all parameters.
     */
    private static List<Parameters> candidates(
            Network network, Parameters at, Parameters step, List<Dependence> dependences) {
        List<Parameters> candidates = new ArrayList<>();
        for (Parameters suggested : List.of(at, step)) {
            double[] values = essence(network, suggested, dependences).toArray();
            double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
            for (double share : largest > 0 ? SHARES : new double[0]) {
                double least = share * largest;
                candidates.add(Parameters.of(
                        network,
                        Arrays.stream(values)
                                .map(v -> Math.abs(v) >= least ? v / largest : 0)
                                .toArray()));
            }
        }
        return candidates;
    }

    /**
     * A direction of the same effect on all rows that leaves dependent columns alone and, where only differences of outputs count, the
     * most classes.
     */
    public static Parameters essence(Network network, Parameters direction, List<Dependence> dependences) {
        Parameters essence = direction.copy(network);
        Matrix weights = essence.layer(0);
        double[] row = new double[weights.cols()];
        for (int k = 0; k < weights.rows(); k++) {
            weights.getRow(k, row);
            for (Dependence dependence : dependences) {
                dependence.fold(row);
            }
            weights.setRow(k, row);
        }
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
     * @param dependences among the columns of the input; none is the answer where the columns are independent
     */
    public static Optional<Separation> find(
            Objective objective, Parameters at, Parameters step, List<Dependence> dependences, RowSelection rows) {
        List<Parameters> candidates = candidates(objective.network(), at, step, dependences);
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

    /** Whether the direction moves a parameter, in the order of {@link Parameters#flat}. */
    public boolean moves(int parameter) {
        Matrix flat = direction.flat();
        return ((DoubleMatrix) flat).get(0, parameter) != 0;
    }
}
