package io.kfac.family;

/**
 * Locations m and scales s > 0 of a family, with Fisher information location / s^2 of m, scale / s^2 of s and none between: hyperbolic
 * planes of curvature -1 / scale. Normal distributions have (1, 2), Cauchy's (1/2, 1/2). In x = m sqrt(location / scale), y = s it is
 * sqrt(scale) times Poincare's half-plane; its formulas here are those about the point (0, 1), moved by similarity.
 */
public record HalfPlane(double location, double scale) {
    /** Of normal distributions. */
    public static final HalfPlane NORMAL = new HalfPlane(1, 2);

    public HalfPlane {
        if (!(location > 0 && scale > 0)) {
            throw new IllegalArgumentException(
                    "Cannot use Fisher information %s of location, %s of scale: they must be positive"
                            .formatted(location, scale));
        }
    }

    /** The curvature everywhere. */
    public double curvature() {
        return -1 / scale;
    }

    /** Not by arcosh, which has no digits for points close to each other. */
    public double distance(double m1, double s1, double m2, double s2) {
        double chord = Math.hypot((m2 - m1) * slope(), s2 - s1) / (2 * Math.sqrt(s1) * Math.sqrt(s2));
        return 2 * Math.sqrt(scale) * asinh(chord);
    }

    /** out = the point at time 1 of the geodesic that leaves (m, s) with velocity (u, v). */
    public void exp(double m, double s, double u, double v, double[] out) {
        double p = u * slope() / s;
        double q = v / s;
        double speed = Math.hypot(p, q);
        double ratio = speed > 0 ? Math.sinh(speed) / speed : 1;
        // cosh - q sinh / speed: their difference, going up.
        double rest = q > 0 ? p * p / (speed + q) : speed - q;
        double height = Math.exp(-speed) + rest * ratio;
        out[0] = m + s * p * ratio / height / slope();
        out[1] = s / height;
    }

    /** out = the velocity with which the geodesic from (m1, s1) is at (m2, s2) at time 1. */
    public void log(double m1, double s1, double m2, double s2, double[] out) {
        double x = (m2 - m1) * slope() / s1;
        double rise = (s2 - s1) / s1;
        double y = s2 / s1;
        double speed = distance(m1, s1, m2, s2) / Math.sqrt(scale);
        double ratio = speed > 0 ? speed / Math.sinh(speed) : 1;
        out[0] = s1 * (x / y) * ratio / slope();
        out[1] = s1 * (x * x + rise * (y + 1)) / (2 * y) * ratio;
    }

    private double slope() {
        return Math.sqrt(location / scale);
    }

    private static double asinh(double x) {
        return Math.log1p(x + x * x / (1 + Math.sqrt(1 + x * x)));
    }
}
