package io.kfac.linalg;

/**
 * Preconditioned conjugate gradients for A x = b, A symmetric positive definite and known by its products, if need be within a
 * trust region (Steihaug 1983; Conn, Gould and Toint 2000, algorithm 7.5.1). x and b are matrices of any one shape, seen as vectors.
 * Holds its workspace: one instance solves many systems of that shape, one at a time.
 */
public final class ConjugateGradients {
    /** Products over which a gain that comes to its end is watched. */
    private static final int LOOKBACK = 4;

    private static final double ANY_GAIN = 1;

    /** Of the largest curvature seen: below, a direction is what rounding leaves of the null space of a singular A. */
    private static final double FLAT = 1e-14;

    private final int maxIterations;
    private final double tolerance;
    private final Matrix residual;
    private final Matrix preconditioned;
    private final Matrix direction;
    private final Matrix image;

    /** Why the iteration ended. */
    public enum End {
        /** The residual is below tolerance times that of x = 0. */
        CONVERGED,
        ITERATIONS,
        /** x was about to leave the trust region, and stands on its boundary. */
        BOUNDARY,
        /** A direction with d'A d <= 0, or next to it: A is not positive definite to working precision. x is the iterate before it. */
        NO_CURVATURE,
        /** A product was not finite. x is the iterate before it. */
        NOT_FINITE
    }

    /**
     * @param products         of A that were taken
     * @param relativeResidual ||b - A x|| / ||b||, as updated along the way, in the norm of the preconditioner M^-1
     * @param gain             b'x - x'A x / 2
     * @param norm             ||x|| in the norm of M, if the start was 0
     */
    public record Outcome(End end, int products, double relativeResidual, double gain, double norm) {}

    /** @param tolerance on the relative residual; 0 runs all iterations */
    public ConjugateGradients(Precision precision, int rows, int cols, int maxIterations, double tolerance) {
        if (!(maxIterations >= 0 && tolerance >= 0)) {
            throw new IllegalArgumentException(
                    "Cannot iterate: at most %d iterations to tolerance %s".formatted(maxIterations, tolerance));
        }
        this.maxIterations = maxIterations;
        this.tolerance = tolerance;
        this.residual = Matrix.zeros(precision, rows, cols);
        this.preconditioned = Matrix.zeros(precision, rows, cols);
        this.direction = Matrix.zeros(precision, rows, cols);
        this.image = Matrix.zeros(precision, rows, cols);
    }

    /** Solves from x = 0: one product fewer than a warm start. @param b not modified @param x overwritten */
    public Outcome solve(LinearOperator a, Matrix b, Matrix x) {
        return solve(a, (v, out) -> out.copyFrom(v), b, Double.POSITIVE_INFINITY, tolerance, x);
    }

    /**
     * Solves from x = 0 within ||x|| <= radius.
     * @param preconditioner M^-1, symmetric positive definite; norms of x are those of M
     * @param b      not modified
     * @param radius may be infinite
     * @param within relative residual that is enough
     * @param x      overwritten
     */
    public Outcome solve(
            LinearOperator a, LinearOperator preconditioner, Matrix b, double radius, double within, Matrix x) {
        x.fill(0);
        residual.copyFrom(b);
        preconditioner.apply(residual, preconditioned);
        direction.copyFrom(preconditioned);
        return iterate(a, preconditioner, residual.dot(preconditioned), radius, within, ANY_GAIN, x, 0);
    }

    /**
     * Solves from x = 0 until the gain is known: a small residual does not tell where the preconditioner hides directions of little
     * curvature. What the last products brought estimates what is still missing (Strakos and Tichy 2002, sec. 3).
     * @param preconditioner M^-1, symmetric positive definite
     * @param b       not modified
     * @param within  relative residual that is enough
     * @param missing share of the gain that the last few products may have brought, besides
     * @param x       overwritten
     */
    public Outcome solveForGain(
            LinearOperator a, LinearOperator preconditioner, Matrix b, double within, double missing, Matrix x) {
        x.fill(0);
        residual.copyFrom(b);
        preconditioner.apply(residual, preconditioned);
        double scale = residual.dot(preconditioned);
        direction.copyFrom(preconditioned);
        return iterate(a, preconditioner, scale, Double.POSITIVE_INFINITY, within, missing, x, 0);
    }

    /**
     * Solves from the x that is given, scaled to where it is best along its line, so that no start is worse than 0. The first
     * direction is made conjugate to it: after one product x is the best of all that start and direction span (Erhel and Guyomarc'h 2000,
     * sec. 2.2, for a subspace of one). Norms of x are not known.
     * @param preconditioner M^-1, symmetric positive definite
     * @param b      not modified
     * @param within residual that is enough, relative to that of x = 0
     * @param x       the start; overwritten
     * @param product A x at the start; not modified
     */
    public Outcome improve(
            LinearOperator a, LinearOperator preconditioner, Matrix b, double within, Matrix x, Matrix product) {
        image.copyFrom(product);
        preconditioner.apply(b, preconditioned);
        double scale = b.dot(preconditioned);
        double slope = b.dot(x);
        double share = slope / x.dot(image);
        residual.copyFrom(b);
        if (share > 0 && share < Double.POSITIVE_INFINITY) {
            residual.add(-share, image);
            preconditioner.apply(residual, preconditioned);
            direction.copyFrom(preconditioned);
            direction.add(-preconditioned.dot(image) / x.dot(image), x);
            x.scale(share);
        } else {
            x.fill(0);
            share = 0;
            direction.copyFrom(preconditioned);
        }
        return iterate(a, preconditioner, scale, Double.POSITIVE_INFINITY, within, ANY_GAIN, x, share * slope / 2);
    }

    /** From x, with its residual and the first direction in place. */
    private Outcome iterate(
            LinearOperator a,
            LinearOperator preconditioner,
            double scale,
            double radius,
            double within,
            double missing,
            Matrix x,
            double gainBefore) {
        double squared = residual.dot(preconditioned);
        int products = 0;
        double gain = gainBefore;
        // In the norm of M, by recurrences that need no product of M.
        double xx = 0;
        double xd = 0;
        double dd = squared;
        double[] gains = new double[maxIterations + 1];
        double most = 0;
        for (int k = 0; k < maxIterations; k++) {
            gains[k] = gain;
            boolean settled = gain - gains[Math.max(0, k - LOOKBACK)] <= missing * gain;
            if (squared <= within * within * scale && settled) {
                return outcome(End.CONVERGED, products, squared, scale, gain, xx);
            }
            a.apply(direction, image);
            products++;
            double curvature = direction.dot(image);
            if (!Double.isFinite(curvature) || !Double.isFinite(squared)) {
                return outcome(End.NOT_FINITE, products, squared, scale, gain, xx);
            }
            most = Math.max(most, curvature / dd);
            if (curvature <= FLAT * most * dd) {
                boolean solved = squared <= within * within * scale;
                return outcome(solved ? End.CONVERGED : End.NO_CURVATURE, products, squared, scale, gain, xx);
            }
            double step = squared / curvature;
            double next = xx + 2 * step * xd + step * step * dd;
            if (next >= radius * radius) {
                double share = (Math.sqrt(xd * xd + dd * (radius * radius - xx)) - xd) / dd;
                x.add(share, direction);
                gain += share * squared - share * share * curvature / 2;
                return outcome(End.BOUNDARY, products, squared, scale, gain, radius * radius);
            }
            x.add(step, direction);
            residual.add(-step, image);
            gain += step * squared / 2;
            preconditioner.apply(residual, preconditioned);
            double squaredNext = residual.dot(preconditioned);
            double beta = squaredNext / squared;
            direction.scale(beta);
            direction.add(1, preconditioned);
            xd = beta * (xd + step * dd);
            dd = squaredNext + beta * beta * dd;
            xx = next;
            squared = squaredNext;
        }
        boolean settled = gain - gains[Math.max(0, maxIterations - LOOKBACK)] <= missing * gain;
        boolean converged = squared <= within * within * scale && settled;
        return outcome(converged ? End.CONVERGED : End.ITERATIONS, products, squared, scale, gain, xx);
    }

    private static Outcome outcome(
            End end, int products, double squared, double scale, double gain, double squaredNorm) {
        double residual = squared == 0 ? 0 : Math.sqrt(squared / scale);
        return new Outcome(end, products, residual, gain, Math.sqrt(squaredNorm));
    }
}
