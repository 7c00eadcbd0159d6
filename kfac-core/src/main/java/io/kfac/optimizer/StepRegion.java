package io.kfac.optimizer;

import java.util.ArrayList;
import java.util.List;

/**
 * How far a step goes along the solution x of (F + damping I) x = gradient, when neither the solution nor the quadratic model that it
 * comes from is to be trusted all the way.
 */
public sealed interface StepRegion {
    /** Steps are halved so often before they are given up. */
    int HALVINGS = 10;

    /** Initial lambda; NaN to search for it. */
    double damping();

    /** The same from another initial lambda. */
    StepRegion damped(double lambda);

    /** The divergence KL(before || after) that a step may have, nats a row. */
    double radius();

    /** The damping of the next solve. @param rho actual over predicted decrease of the first length tried */
    double next(double lambda, double rho, boolean accepted);

    /**
     * Factors of -x to try, best guesses first.
     * @param squared x'F x, undamped: about twice the divergence of the whole x
     */
    List<Double> lengths(double squared);

    /**
     * The trust region of TRPO (Schulman et al. 2015, sec. 6 and appendix C): steps of a given divergence, whatever the loss' own
     * curvature, and back from there until neither divergence nor loss is worse than promised. The quadratic model's minimum competes
     * where it is inside.
     * @param radius  delta, nats a row
     * @param damping of the solve alone; the length of steps is undamped
     */
    record KlRadius(double radius, double damping) implements StepRegion {
        /** Divergences grow a little faster or slower than their squares: lengths just below the radius come first. */
        private static final int PER_HALVING = 4;

        public KlRadius {
            if (!(radius > 0 && damping >= 0)) {
                throw new IllegalArgumentException(
                        "Cannot use radius = %s, damping = %s: positive and not negative, please"
                                .formatted(radius, damping));
            }
        }

        @Override
        public StepRegion damped(double lambda) {
            return new KlRadius(radius, lambda);
        }

        @Override
        public double next(double lambda, double rho, boolean accepted) {
            return lambda;
        }

        @Override
        public List<Double> lengths(double squared) {
            double longest = Math.sqrt(2 * radius / squared);
            List<Double> lengths = new ArrayList<>();
            if (longest > 1) {
                lengths.add(1.0);
            }
            for (int quarter = 0; quarter < PER_HALVING; quarter++) {
                lengths.add(longest * Math.pow(2, -quarter / (double) PER_HALVING));
            }
            for (int halving = 1; halving <= HALVINGS; halving++) {
                lengths.add(longest * Math.pow(2, -halving));
            }
            return lengths;
        }
    }

    /**
     * Hessian-free optimization (Martens 2010, sec. 4): whole steps in a metric whose damping follows how well the quadratic model
     * predicts (Levenberg and Marquardt). F is the Gauss-Newton matrix where the link is canonical.
     */
    record ReductionRatio(double damping) implements StepRegion {
        /** Steps are few: damping follows faster than where there is a step a job or two. */
        private static final double OMEGA = 2.0 / 3;

        public ReductionRatio {
            if (damping <= 0) {
                throw new IllegalArgumentException("Cannot use damping %s: it must be positive".formatted(damping));
            }
        }

        @Override
        public StepRegion damped(double lambda) {
            return new ReductionRatio(lambda);
        }

        @Override
        public double radius() {
            return Double.POSITIVE_INFINITY;
        }

        @Override
        public double next(double lambda, double rho, boolean accepted) {
            LevenbergMarquardt now = LevenbergMarquardt.of(lambda);
            return (accepted ? now.adapt(rho, OMEGA) : now.rejected()).value();
        }

        @Override
        public List<Double> lengths(double squared) {
            // Curvature that residuals take away is not in F: along valleys, twice the step may gain twice as much.
            List<Double> lengths = new ArrayList<>(List.of(1.0, 2.0));
            for (int halving = 1; halving <= HALVINGS; halving++) {
                lengths.add(Math.pow(2, -halving));
            }
            return lengths;
        }
    }
}
