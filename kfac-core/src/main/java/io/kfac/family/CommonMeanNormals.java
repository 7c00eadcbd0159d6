package io.kfac.family;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.SymmetricEigen;
import java.util.function.DoubleUnaryOperator;

/**
 * Multivariate normal distributions of one mean: the cone of positive definite matrices with the metric tr(P^-1 dP P^-1 dP) / 2, in which P
 * may be precision or covariance (Skovgaard 1984). Points must agree in their means, up to rounding; of velocities only the precision part
 * counts, which moves the rest with it.
 */
public record CommonMeanNormals(MultivariateNormals family) implements FisherRao {
    /** How much means may differ, in standard deviations. */
    private static final double ROUNDING = 1e-7;

    @Override
    public double distance(Natural p, Natural q) {
        Point from = point(p);
        double sum = 0;
        for (double value : eigen(from.relative(change(p, q))).values()) {
            double log = Math.log1p(value);
            sum += log * log;
        }
        return Math.sqrt(sum / 2);
    }

    @Override
    public Natural exp(Natural p, double[] velocity) {
        Point from = point(p);
        return natural(from, from.absolute(function(from.relative(precision(velocity)), Math::exp)));
    }

    @Override
    public double[] log(Natural p, Natural q) {
        Point from = point(p);
        double[] logarithm = from.absolute(function(from.relative(change(p, q)), Math::log1p));
        return natural(from, logarithm).values();
    }

    /** By the commutator of the two matrices. */
    @Override
    public double curvature(Natural p, double[] u, double[] v) {
        Point at = point(p);
        int n = at.n;
        double[] x = at.relative(precision(u));
        double[] y = at.relative(precision(v));
        double commutator = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    sum += x[i * n + k] * y[k * n + j] - y[i * n + k] * x[k * n + j];
                }
                commutator += sum * sum;
            }
        }
        double area = TangentPlane.area(Family.dot(x, x), Family.dot(x, y), Family.dot(y, y));
        return area > 0 ? -commutator / (2 * area) : Double.NaN;
    }

    /** Factor of the precision matrix, and mean. */
    private record Point(int n, double[] factor, double[] mean) {
        /** L^-1 m L'^-1. */
        double[] relative(double[] m) {
            double[] half = new double[n * n];
            for (int j = 0; j < n; j++) {
                double[] column = new double[n];
                for (int i = 0; i < n; i++) {
                    column[i] = m[i * n + j];
                }
                TriangularWork.solveFactor(factor, n, column, 0, 1);
                System.arraycopy(column, 0, half, j * n, n);
            }
            // half holds the columns of L^-1 m as rows: that is m L'^-1, whose columns are next.
            for (int j = 0; j < n; j++) {
                TriangularWork.solveFactor(factor, n, half, j, n);
            }
            return half;
        }

        /** L m L'. */
        double[] absolute(double[] m) {
            double[] out = m.clone();
            for (int j = 0; j < n; j++) {
                TriangularWork.multiplyFactor(factor, n, out, j, n);
            }
            for (int i = 0; i < n; i++) {
                TriangularWork.multiplyFactor(factor, n, out, i * n, 1);
            }
            return out;
        }
    }

    private Point point(Natural p) {
        double[] usual = family.usual(p);
        int n = family.observationLength();
        double[] factor = precision(p.values());
        TriangularWork.factor(factor, n);
        double[] mean = new double[n];
        System.arraycopy(usual, 0, mean, 0, n);
        return new Point(n, factor, mean);
    }

    /** The symmetric matrix whose negative lower triangle, its diagonal halved, ends theta. */
    private double[] precision(double[] theta) {
        int n = family.observationLength();
        double[] matrix = new double[n * n];
        for (int i = 0, at = n; i < n; i++) {
            for (int j = 0; j < i; j++, at++) {
                matrix[i * n + j] = -theta[at];
                matrix[j * n + i] = -theta[at];
            }
            matrix[i * n + i] = -2 * theta[at++];
        }
        return matrix;
    }

    private double[] change(Natural p, Natural q) {
        Point from = point(p);
        Point to = point(q);
        double distance = 0;
        for (int j = 0; j < from.n; j++) {
            double sum = 0;
            for (int i = j; i < from.n; i++) {
                sum += from.factor[i * from.n + j] * (from.mean[i] - to.mean[i]);
            }
            distance = Math.hypot(distance, sum);
        }
        if (!(distance <= ROUNDING)) {
            throw new IllegalArgumentException(
                    "Cannot take the distance of common mean between normals whose means are %s standard deviations apart. Remedy: the ambient angle"
                            .formatted(distance));
        }
        double[] change = new double[family.dimension()];
        for (int i = 0; i < change.length; i++) {
            change[i] = q.values()[i] - p.values()[i];
        }
        return precision(change);
    }

    private static SymmetricEigen eigen(double[] matrix) {
        int n = (int) Math.sqrt(matrix.length);
        return SymmetricEigen.of(DoubleMatrix.of(n, n, matrix))
                .orElseThrow(() ->
                        new ArithmeticException("Cannot decompose the ratio of two precision matrices: not finite"));
    }

    private static double[] function(double[] matrix, DoubleUnaryOperator f) {
        SymmetricEigen eigen = eigen(matrix);
        int n = eigen.values().length;
        double[] out = new double[n * n];
        for (int k = 0; k < n; k++) {
            double value = f.applyAsDouble(eigen.values()[k]);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    out[i * n + j] +=
                            value * eigen.vectors().get(i, k) * eigen.vectors().get(j, k);
                }
            }
        }
        return out;
    }

    /** Coordinates of that precision matrix, or velocity of it, and the mean of the point. */
    private Natural natural(Point from, double[] precision) {
        Natural theta = Natural.ofDimension(family.dimension());
        int n = from.n;
        for (int i = 0, at = n; i < n; i++) {
            for (int j = 0; j < n; j++) {
                theta.values()[i] += precision[i * n + j] * from.mean[j];
            }
            for (int j = 0; j < i; j++) {
                theta.values()[at++] = -precision[i * n + j];
            }
            theta.values()[at++] = -precision[i * n + i] / 2;
        }
        return theta;
    }
}
