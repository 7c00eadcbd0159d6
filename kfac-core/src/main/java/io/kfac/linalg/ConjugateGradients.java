package io.kfac.linalg;

/**
 * Conjugate gradients for A x = b, A symmetric positive definite and known by its products. x and b are matrices of any
 * one shape, seen as vectors. Holds its workspace: one instance solves many systems of that shape, one at a time.
 */
public final class ConjugateGradients {
    private final int maxIterations;
    private final double tolerance;
    private final Matrix residual;
    private final Matrix direction;
    private final Matrix image;

    /** Why the iteration ended. */
    public enum End {
        /** The residual is below tolerance times that of x = 0. */
        CONVERGED,
        ITERATIONS,
        /** A direction with d'A d <= 0: A is not positive definite to working precision. x is the iterate before it. */
        NO_CURVATURE,
        /** A product was not finite. x is the iterate before it. */
        NOT_FINITE
    }

    /**
     * @param products         of A that were taken
     * @param relativeResidual ||b - A x|| / ||b||, as updated along the way
     */
    public record Outcome(End end, int products, double relativeResidual) {}

    /** @param tolerance on ||b - A x|| / ||b||; 0 runs all iterations */
    public ConjugateGradients(Precision precision, int rows, int cols, int maxIterations, double tolerance) {
        if (!(maxIterations >= 0 && tolerance >= 0)) {
            throw new IllegalArgumentException(
                    "Cannot iterate: at most %d iterations to tolerance %s".formatted(maxIterations, tolerance));
        }
        this.maxIterations = maxIterations;
        this.tolerance = tolerance;
        this.residual = Matrix.zeros(precision, rows, cols);
        this.direction = Matrix.zeros(precision, rows, cols);
        this.image = Matrix.zeros(precision, rows, cols);
    }

    /** Solves from x = 0: one product fewer than a warm start. @param b not modified @param x overwritten */
    public Outcome solve(LinearOperator a, Matrix b, Matrix x) {
        x.fill(0);
        residual.copyFrom(b);
        return iterate(a, b, x, 0);
    }

    /** Solves from the x that is given. @param b not modified @param x the start; overwritten */
    public Outcome improve(LinearOperator a, Matrix b, Matrix x) {
        a.apply(x, image);
        residual.copyFrom(b);
        residual.add(-1, image);
        return iterate(a, b, x, 1);
    }

    private Outcome iterate(LinearOperator a, Matrix b, Matrix x, int productsBefore) {
        double scale = b.dot(b);
        double squared = residual.dot(residual);
        direction.copyFrom(residual);
        int products = productsBefore;
        for (int k = 0; k < maxIterations; k++) {
            if (squared <= tolerance * tolerance * scale) {
                return outcome(End.CONVERGED, products, squared, scale);
            }
            a.apply(direction, image);
            products++;
            double curvature = direction.dot(image);
            if (!Double.isFinite(curvature) || !Double.isFinite(squared)) {
                return outcome(End.NOT_FINITE, products, squared, scale);
            }
            if (curvature <= 0) {
                return outcome(End.NO_CURVATURE, products, squared, scale);
            }
            double step = squared / curvature;
            x.add(step, direction);
            residual.add(-step, image);
            double next = residual.dot(residual);
            direction.scale(next / squared);
            direction.add(1, residual);
            squared = next;
        }
        boolean converged = squared <= tolerance * tolerance * scale;
        return outcome(converged ? End.CONVERGED : End.ITERATIONS, products, squared, scale);
    }

    private static Outcome outcome(End end, int products, double squared, double scale) {
        return new Outcome(end, products, squared == 0 ? 0 : Math.sqrt(squared / scale));
    }
}
