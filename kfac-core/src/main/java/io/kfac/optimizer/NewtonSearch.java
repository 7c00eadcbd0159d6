package io.kfac.optimizer;

import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Lines;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import java.util.List;
import java.util.Optional;

/**
 * One Newton minimisation as questions and answers, so that several can share their passes over the data: a look (gradient and
 * Hessian at the point), then trials (losses at shares of several steps), and again. Steps undamped and with Levenberg-Marquardt
 * damping scaled by the Hessian's diagonal compete (Nocedal and Wright 2006, sec. 10.3): undamped ones overshoot where rare features
 * separate classes, damped ones crawl where they do not, and losses are cheap beside a Hessian.
 */
final class NewtonSearch {
    /** Dampings that compete, the first one none. */
    private static final List<Double> DAMPINGS = List.of(0.0, 1e-2, 1.0);

    /**
     * Shares of their steps; where classes are separated, several Newton steps lie on one line. Whole steps come first, and so win
     * where they are as good: they leave zeros where absolute values put them.
     */
    private static final List<Double> SHARES = List.of(1.0, 2.0, 4.0, 0.5, 0.25, 0.0625, 0.01);

    /** Loss changes below this share of the loss are rounding. */
    private static final double ROUNDING = 1e-14;

    private final Network network;
    private final Penalty penalty;
    private final RowSelection rows;
    private final double tolerance;
    private final FullFisher hessian = new FullFisher(FisherKind.EXACT, 0);
    private final Parameters parameters;
    private Optional<Point> point = Optional.empty();
    private Optional<String> ended = Optional.empty();
    private List<NewtonDirection> directions = List.of();
    private boolean moved = true;
    private long looks;

    /** Mean loss, gradient (of the smooth part) and Hessian at a point, penalty in. */
    record Point(double rows, double weight, double loss, Parameters gradient, DoubleMatrix hessian) {}

    /** What a step came to. @param predicted change of the quadratic model, whole step or not */
    record Taken(
            Point from, NewtonDirection direction, double share, double predicted, double actual, boolean accepted) {}

    NewtonSearch(Network network, Parameters start, Penalty penalty, RowSelection rows, double tolerance) {
        if (network.depth() != 1) {
            throw new IllegalArgumentException(
                    "Cannot use Newton's method on a network %s: only without hidden layers is its Fisher the Hessian"
                            .formatted(network.widths()));
        }
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("Cannot use tolerance %s: it must be positive".formatted(tolerance));
        }
        this.network = network;
        this.penalty = penalty;
        this.rows = rows;
        this.tolerance = tolerance;
        this.parameters = start.to(network, Precision.DOUBLE);
    }

    Parameters parameters() {
        return parameters;
    }

    Optional<Point> point() {
        return point;
    }

    /** Why no more steps are to be taken, if so. */
    Optional<String> ended() {
        return ended;
    }

    boolean unpenalized() {
        return penalty.isNone();
    }

    /** Passes that took gradient and Hessian. */
    long looks() {
        return looks;
    }

    /** Whether the next question is {@link #look}. */
    boolean wantsLook() {
        return ended.isEmpty() && moved;
    }

    Query look() {
        return new Query(parameters, rows, Request.gradientAnd(Optional.of(hessian)));
    }

    /** The answer to {@link #look}: solves for directions, or finds that none is needed. */
    void see(Evaluation sums) {
        looks++;
        if (looks == 1) {
            NonFinite.check(network, sums, 1);
        }
        DoubleMatrix h = hessian.matrix(network, sums.curvature().orElseThrow());
        h.scale(1 / sums.weight());
        penalty.addCurvature(network, h);
        Point here = new Point(
                sums.rows(),
                sums.weight(),
                penalty.meanLoss(network, parameters, sums),
                penalty.meanGradient(network, parameters, sums),
                h);
        point = Optional.of(here);
        moved = false;
        directions = DAMPINGS.stream()
                .map(mu -> NewtonDirection.solve(network, here.gradient(), h, parameters, penalty, mu))
                .toList();
        double decrement = decrement();
        if (decrement <= tolerance * Math.abs(here.loss())) {
            ended = Optional.of(
                    "converged: the Newton decrement is %.3g of the loss".formatted(decrement / Math.abs(here.loss())));
        }
    }

    /** About how far above the infimum the loss is: what the undamped step would gain by the quadratic model. */
    double decrement() {
        return directions.get(0).gain();
    }

    Query trials() {
        List<Parameters> vectors =
                directions.stream().map(NewtonDirection::vector).toList();
        return new Query(parameters, rows, Request.lossOnLines(new Lines(vectors, SHARES)));
    }

    /** The answer to {@link #trials}: moves to the best. */
    Taken take(Evaluation answer) {
        Point from = point.orElseThrow();
        LineSearch.Best best = LineSearch.best(
                network,
                penalty,
                parameters,
                directions.stream().map(NewtonDirection::vector).toList(),
                SHARES,
                answer);
        NewtonDirection direction = directions.get(best.direction());
        double actual = best.loss() - from.loss();
        boolean accepted = actual <= ROUNDING * Math.abs(from.loss());
        if (accepted) {
            parameters.copyFrom(best.point());
            moved = true;
        } else {
            ended = Optional.of("no step lowers the loss any more: the Newton decrement is %.3g of it"
                    .formatted(decrement() / Math.abs(from.loss())));
        }
        double share = best.share();
        double predicted = share * direction.slope() + share * share * direction.curvature() / 2;
        return new Taken(from, direction, share, predicted, actual, accepted);
    }

    Optional<LocalModel> localModel() {
        return point.map(p -> new LocalModel(
                p.weight(), Optional.of(p.hessian()), directions.get(0).vector()));
    }

    /** How good the current point is. @param passes over the data so far */
    Optional<Certificate> certificate(long passes) {
        return point.map(p -> new Certificate(
                p.loss(),
                decrement(),
                NewtonDirection.leastSubgradient(network, p.gradient(), parameters, penalty),
                passes,
                decrement() <= tolerance * Math.abs(p.loss()),
                ended.orElse("stopped before it converged")));
    }
}
