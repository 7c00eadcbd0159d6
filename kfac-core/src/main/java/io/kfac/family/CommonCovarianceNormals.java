package io.kfac.family;

/**
 * Multivariate normal distributions of one covariance matrix: flat, their distance is Mahalanobis's. Points must agree in the precision part
 * of their natural parameters, and velocities have none.
 */
public record CommonCovarianceNormals(MultivariateNormals family) implements FisherRao {

    @Override
    public double distance(Natural p, Natural q) {
        double[] change = log(p, q);
        double[] image = new double[change.length];
        family.fisherProduct(p, change, image);
        return Math.sqrt(Math.max(0, Family.dot(change, image)));
    }

    @Override
    public Natural exp(Natural p, double[] velocity) {
        family.require(p);
        Natural end = new Natural(p.values().clone());
        for (int i = 0; i < velocity.length; i++) {
            if (i >= family.observationLength() && velocity[i] != 0) {
                throw new IllegalArgumentException("Cannot change precisions along a geodesic of common covariance");
            }
            end.values()[i] += velocity[i];
        }
        return end;
    }

    @Override
    public double[] log(Natural p, Natural q) {
        family.require(p);
        family.require(q);
        double[] velocity = new double[family.dimension()];
        for (int i = 0; i < velocity.length; i++) {
            velocity[i] = q.values()[i] - p.values()[i];
            if (i >= family.observationLength() && velocity[i] != 0) {
                throw new IllegalArgumentException(
                        "Cannot take the distance of common covariance between normals of different ones. Remedy: the ambient angle");
            }
        }
        return velocity;
    }

    @Override
    public double curvature(Natural p, double[] u, double[] v) {
        family.require(p);
        return TangentPlane.area(family, p, u, v) > 0 ? 0 : Double.NaN;
    }
}
