package io.kfac.family;

/** {@link HalfPlane#NORMAL} in natural coordinates. */
record NormalGeometry(Normals family) implements FisherRao {
    private static final HalfPlane PLANE = HalfPlane.NORMAL;

    /** Of products: coordinates tell more nearly than their metric whether two velocities are parallel, far from the origin. */
    private static final double ROUNDING = 1e-15;

    @Override
    public double distance(Natural p, Natural q) {
        family.require(p);
        family.require(q);
        double[] a = p.values();
        double[] b = q.values();
        return PLANE.distance(
                Normals.mean(a), Math.sqrt(Normals.variance(a)), Normals.mean(b), Math.sqrt(Normals.variance(b)));
    }

    @Override
    public Natural exp(Natural p, double[] velocity) {
        double[] at = family.usual(p);
        double[] d = family.usualJacobian(p);
        double[] end = new double[2];
        PLANE.exp(at[0], at[1], d[0] * velocity[0] + d[1] * velocity[1], d[3] * velocity[1], end);
        return family.natural(end);
    }

    @Override
    public double[] log(Natural p, Natural q) {
        double[] from = family.usual(p);
        double[] to = family.usual(q);
        double[] velocity = new double[2];
        PLANE.log(from[0], from[1], to[0], to[1], velocity);
        double[] d = family.usualJacobian(p);
        velocity[1] /= d[3];
        velocity[0] = (velocity[0] - d[1] * velocity[1]) / d[0];
        return velocity;
    }

    @Override
    public double curvature(Natural p, double[] u, double[] v) {
        family.require(p);
        double left = u[0] * v[1];
        double right = u[1] * v[0];
        return Math.abs(left - right) > ROUNDING * (Math.abs(left) + Math.abs(right)) ? PLANE.curvature() : Double.NaN;
    }
}
