package io.kfac.inference;

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

    /** Directions that Newton's step suggests. @param step not modified */
    static List<Parameters> candidates(Network network, Parameters step) {
        double largest = 0;
        double[] values = step.toArray();
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        List<Parameters> candidates = new ArrayList<>();
        if (!(largest > 0)) {
            return candidates;
        }
        for (double share : SHARES) {
            double[] cleaned = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                cleaned[i] = Math.abs(values[i]) >= share * largest ? values[i] / largest : 0;
            }
            candidates.add(Parameters.of(network, cleaned));
        }
        return candidates;
    }

    /** One pass: the candidate along which most rows fall, of those that no row violates. */
    public static Optional<Separation> find(Objective objective, Parameters at, Parameters step, RowSelection rows) {
        List<Parameters> candidates = candidates(objective.network(), step);
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
            if (proof && found.map(f -> answer.descending() > f.descending()).orElse(true)) {
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
