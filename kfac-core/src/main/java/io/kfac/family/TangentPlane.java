package io.kfac.family;

/** The plane that two tangent vectors span, if they span one. */
final class TangentPlane {
    /** Squared sine of angles that are rounding. */
    private static final double ROUNDING = 1e-14;

    private TangentPlane() {}

    /** Squared area of the parallelogram of two vectors, by their inner products; 0 where they are parallel up to rounding. */
    static double area(double uu, double uv, double vv) {
        double area = uu * vv - uv * uv;
        return area > ROUNDING * uu * vv ? area : 0;
    }

    /** The same in the Fisher information at p. */
    static double area(Family family, Natural p, double[] u, double[] v) {
        double[] image = new double[u.length];
        family.fisherProduct(p, u, image);
        double uu = Family.dot(u, image);
        double uv = Family.dot(v, image);
        family.fisherProduct(p, v, image);
        return area(uu, uv, Family.dot(v, image));
    }
}
