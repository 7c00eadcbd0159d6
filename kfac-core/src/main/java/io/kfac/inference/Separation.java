package io.kfac.inference;

import io.kfac.family.Categorical;
import io.kfac.inference.Collinearity.Dependence;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Objective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.LocalModel;
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

    /** Loss of all rows, in nats, of classes that can all be told apart: two rows that cannot leave more. */
    private static final double NO_LOSS = 0.01;

    /** Weighted rows' worth of curvature below which a feature has none left. */
    private static final double IDLE = 0.01;

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
     * Directions that the end of a fit suggests: the point itself, at which completely separated rows have no step left; Newton's step; and
     * all features at once whose weights have no curvature left. The first two are freed of what changes no output, and all of shifts,
     * which would spread them over all parameters.
     */
    private static List<Parameters> candidates(Network network, Parameters at, LocalModel model, Columns columns) {
        List<Parameters> candidates = new ArrayList<>();
        for (Parameters suggested : List.of(at, model.step())) {
            Parameters plain = essence(network, suggested, columns.dependences());
            eachRow(plain, row -> columns.shift(row, -1));
            for (double share : SHARES) {
                candidates.add(cleaned(network, plain, share));
            }
        }
        candidates.add(cleaned(network, idle(network, model, columns), 0));
        candidates.removeIf(candidate -> !(candidate.norm() > 0));
        candidates.forEach(candidate -> eachRow(candidate, row -> columns.shift(row, 1)));
        return candidates;
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

    /**
     * Against the gradient where rows with the feature have no curvature left: by the score equations expected and observed counts are
     * equal at an optimum, and so one row of a class that meets a feature keeps the other class's or count's curvature near 1.
     */
    private static Parameters idle(Network network, LocalModel model, Columns columns) {
        DoubleMatrix hessian = model.hessian();
        double[] gradient = minusGradient(hessian, model.step());
        int d = network.inputColumns();
        double[] direction = new double[network.size()];
        for (int i = 0; i < direction.length; i++) {
            int ones = i - i % d + d - 1;
            boolean feature = i % d < network.layer(0).inputs();
            double shift = feature && columns.shifts().length > 0 ? columns.shifts()[i % d] : 0;
            double left = hessian.get(i, i);
            double downhill = gradient[i];
            if (shift != 0) {
                left += shift * (2 * hessian.get(ones, i) + shift * hessian.get(ones, ones));
                downhill += shift * gradient[ones];
            }
            direction[i] = feature && left * model.weight() < IDLE ? Math.signum(downhill) : 0;
        }
        return Parameters.of(network, direction);
    }

    /** H times Newton's step. */
    private static double[] minusGradient(DoubleMatrix hessian, Parameters step) {
        int p = hessian.rows();
        DoubleMatrix full = (DoubleMatrix) hessian.copy();
        full.mirrorLowerToUpper();
        DoubleMatrix product = DoubleMatrix.zeros(1, p);
        product.multiply(1, step.flat(), Transpose.NO, full, Transpose.NO, 0);
        return product.data();
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
     * @param model       there, without a penalty
     */
    public static Optional<Separation> find(
            Objective objective, Parameters at, LocalModel model, Columns columns, RowSelection rows) {
        List<Parameters> candidates = candidates(objective.network(), at, model, columns);
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
                // Of more than two classes it is enough for a descent that one is ruled out.
                boolean complete =
                        answer.standing() == 0 && (objective.network().outputs() <= 2 || answer.loss() < NO_LOSS);
                found = Optional.of(new Separation(complete, candidates.get(i), answer.descending()));
            }
        }
        return found;
    }
}
