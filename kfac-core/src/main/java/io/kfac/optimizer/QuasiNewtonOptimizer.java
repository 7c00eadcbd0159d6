package io.kfac.optimizer;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * L-BFGS (Liu and Nocedal 1989) on all rows, and OWL-QN (Andrew and Gao 2007) where the penalty has absolute values: for models too
 * wide for their Hessian. Where no step has been yet, an approximation of the Fisher stands for the Hessian, taken at the start and after
 * 1, 2, 4, 8, 16, 32, 48, ... steps. A pass a step; a second one where the whole step does not lower the loss enough.
 *
 * <p>Steps that gain little may be bad steps, and so prove nothing: then conjugate gradients solve for Newton's step, in a few passes.
 * The run ends where its decrement is within the tolerance; where it is not, memory is dropped and that step taken. With hidden layers
 * no decrement proves anything: the run ends on steps that gain little.
 */
public final class QuasiNewtonOptimizer extends FullBatchOptimizer {
    private static final int MEMORY = 60;

    /** As long as the parameters, in double, that a run holds: steps and gradient changes in float, and those of a step and a solve. */
    public static final int VECTORS = MEMORY + 15;

    /** Steps after which the approximation of the Fisher is taken anew. */
    private static final int REFRESH = 16;

    /** Tried together where a whole step fails. */
    private static final List<Double> SHARES = List.of(0.5, 0.25, 0.1, 0.03, 0.01, 1e-3, 1e-4);

    /** Share of the decrease along the slope that a step must bring (Armijo). */
    private static final double SUFFICIENT = 1e-4;

    /** Steps in a row that gain less than the tolerance before the decrement is looked at. */
    private static final int LOOKS = 3;

    /** Newton's steps in a row that gain less than the tolerance, though the decrement is more, before the run ends. */
    private static final int CONFIRMATIONS = 3;

    /** Residual of the solve that looks at the decrement. */
    private static final double FORCING = 0.3;

    private static final int MOST_PRODUCTS = 60;

    private final InverseHessian inverse;
    private final Optional<UnaryOperator<DoubleMatrix>> metric;
    private int flat;
    private int unconfirmed;
    private boolean lost;

    /**
     * @param tolerance      ends where the Newton decrement is at most this share of the loss
     * @param preconditioner the approximation of the Fisher; {@link io.kfac.preconditioner.IdentityPreconditioner} for plain L-BFGS
     */
    public QuasiNewtonOptimizer(
            Network network,
            Parameters start,
            Penalty penalty,
            RowSelection rows,
            double tolerance,
            Preconditioner preconditioner,
            LongSupplier nanoClock) {
        super(network, start, penalty, rows, tolerance, preconditioner, nanoClock, MOST_PRODUCTS, FORCING);
        inverse = new InverseHessian(network.size(), MEMORY);
        metric =
                preconditioner instanceof IdentityPreconditioner ? Optional.empty() : Optional.of(this::preconditioned);
    }

    @Override
    public Optional<StepReport> step(Objective objective) {
        if (!started()) {
            moveTo(parameters(), lookAt(objective, parameters(), "gradient at the start", true));
        }
        boolean newton = flat >= LOOKS || lost;
        if (newton && !convex()) {
            if (endsOnNetworks()) {
                return Optional.empty();
            }
            newton = false;
        }
        if (newton && confirmed(objective)) {
            return Optional.empty();
        }
        beginStep();
        Point from = point();
        double[] x = numbers(parameters());
        double[] steepest = numbers(descent());
        double[] direction = newton ? judgement().newtonStep().toArray() : quasiNewton(steepest);
        turn(direction, steepest);
        double slope = -dot(steepest, direction);

        Parameters trial = moved(x, direction, steepest, 1);
        Point to = lookAt(objective, trial, "step %d: gradient".formatted(step()), due());
        double share = 1;
        if (!(to.loss() <= from.loss() + SUFFICIENT * slope)) {
            share = search(objective, x, direction, steepest);
            trial = moved(x, direction, steepest, share);
            to = lookAt(objective, trial, "step %d: gradient of the shorter step".formatted(step()), due());
        }
        double gained = from.loss() - to.loss();
        boolean accepted = gained > 0;
        if (accepted) {
            learn(trial, to, from);
            moveTo(trial, to);
        }
        follow(newton, accepted, gained <= tolerance * Math.abs(from.loss()));
        return Optional.of(report(objective, from, 0, -gained / (share * slope), share, accepted));
    }

    /** The numbers themselves, to be read. */
    private static double[] numbers(Parameters parameters) {
        return ((DoubleMatrix) parameters.flat()).data();
    }

    /** Without a decrement: a step that lost is tried once more along the gradient, without memory. */
    private boolean endsOnNetworks() {
        if (lost && !inverse.isEmpty()) {
            inverse.clear();
            lost = false;
            return false;
        }
        end(
                lost
                        ? "no step lowers the loss any more"
                        : "%d steps in a row gained less than %.3g of the loss".formatted(LOOKS, tolerance));
        return true;
    }

    /** Looks at the decrement, by the curvature at the point itself. */
    private boolean confirmed(Objective objective) {
        inverse.clear();
        String purpose = "step %d: curvature".formatted(step() + 1);
        moveTo(parameters(), lookAt(objective, parameters(), purpose, true));
        double decrement = judge(objective).decrement();
        if (converged()) {
            end("converged: the Newton decrement is %.3g of the loss", decrement);
        }
        return converged();
    }

    /** What a step says of the next one. */
    private void follow(boolean newton, boolean accepted, boolean little) {
        if (!newton) {
            flat = accepted && little ? flat + 1 : 0;
            lost = !accepted;
            return;
        }
        unconfirmed = little ? unconfirmed + 1 : 0;
        if (!accepted) {
            end("no step lowers the loss any more");
        } else if (unconfirmed == CONFIRMATIONS) {
            end("Newton's steps gain less than %.3g of the loss".formatted(tolerance));
        }
        flat = little ? LOOKS : 0;
        lost = false;
    }

    private boolean due() {
        return (step() & (step() - 1)) == 0 || step() % REFRESH == 0;
    }

    private Point lookAt(Objective objective, Parameters at, String purpose, boolean fresh) {
        Point seen = look(objective, at, purpose, fresh);
        if (fresh && Double.isFinite(seen.loss())) {
            refresh(0);
        }
        return seen;
    }

    private void learn(Parameters trial, Point to, Point from) {
        inverse.learn(
                difference(trial.flat(), parameters().flat()),
                difference(to.gradient().flat(), from.gradient().flat()));
    }

    private static DoubleMatrix difference(Matrix to, Matrix from) {
        DoubleMatrix difference = (DoubleMatrix) to.copy();
        difference.add(-1, from);
        return difference;
    }

    private double[] quasiNewton(double... steepest) {
        DoubleMatrix row = DoubleMatrix.of(1, steepest.length, steepest);
        return inverse.times(row, metric).data();
    }

    /** Takes the components away that would go against the steepest descent where absolute values bend. */
    private void turn(double[] direction, double[] steepest) {
        for (int i = 0; i < direction.length; i++) {
            if (thresholds[i] > 0 && direction[i] * steepest[i] <= 0) {
                direction[i] = 0;
            }
        }
    }

    /** x + share d, ending at 0 where a penalised coordinate would change its sign. */
    private Parameters moved(double[] x, double[] direction, double[] steepest, double share) {
        double[] next = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            next[i] = x[i] + share * direction[i];
            double side = x[i] != 0 ? x[i] : steepest[i];
            if (thresholds[i] > 0 && next[i] * side < 0) {
                next[i] = 0;
            }
        }
        return Parameters.of(network, next);
    }

    /** The share of the failed step with the lowest loss; all on one line where nothing ends at 0 on the way. */
    private double search(Objective objective, double[] x, double[] direction, double[] steepest) {
        countPass();
        String purpose = "step %d: line search".formatted(step());
        if (penalty.l1() == 0) {
            List<Parameters> line = List.of(Parameters.of(network, direction));
            return LineSearch.search(objective, purpose, penalty, rows, parameters(), line, SHARES)
                    .share();
        }
        List<Parameters> points = SHARES.stream()
                .map(share -> moved(x, direction, steepest, share))
                .toList();
        double[] losses = LineSearch.losses(objective, purpose, penalty, rows, points);
        int best = 0;
        for (int i = 1; i < losses.length; i++) {
            best = losses[i] < losses[best] ? i : best;
        }
        return SHARES.get(best);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
