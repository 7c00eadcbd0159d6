package io.kfac.family;

/**
 * The geometry of a family of two parameters that follows from third derivatives of F, the third cumulants of T (Amari and Nagaoka 2000,
 * sec. 3.3): where Fisher and Rao's geodesics have no closed form, curvature still has.
 */
public record HessianGeometry(ThirdCumulants family) {
    /** F_11, F_12, F_22. */
    private double[] metric(Natural theta) {
        double[] first = {1, 0};
        double[] second = {0, 1};
        ((Family) family).fisherProduct(theta, first, first);
        ((Family) family).fisherProduct(theta, second, second);
        return new double[] {first[0], first[1], second[1]};
    }

    private double[] thirds(Natural theta) {
        double[] thirds = new double[4];
        family.thirdCumulants(theta, thirds);
        return thirds;
    }

    /** Gauss's curvature: -1/4 of the determinant of the rows F_ij, F_ij1, F_ij2, over the squared one of the metric. */
    public double curvature(Natural theta) {
        double[] g = metric(theta);
        double[] t = thirds(theta);
        double determinant = g[0] * (t[1] * t[3] - t[2] * t[2])
                - g[1] * (t[0] * t[3] - t[1] * t[2])
                + g[2] * (t[0] * t[2] - t[1] * t[1]);
        double area = g[0] * g[2] - g[1] * g[1];
        return -determinant / (4 * area * area);
    }

    /**
     * Christoffel symbols of the alpha-connection in natural coordinates: none for alpha = 1, whose geodesics are straight there; those of
     * the metric for 0; for -1, of the geodesics that are straight in mean coordinates.
     * @return G^k_11, G^k_12, G^k_22 for k = 1, then for k = 2
     */
    public double[] connection(Natural theta, double alpha) {
        double[] g = metric(theta);
        double[] t = thirds(theta);
        double area = g[0] * g[2] - g[1] * g[1];
        double[] symbols = new double[6];
        for (int ij = 0; ij < 3; ij++) {
            double first = (1 - alpha) / 2 * t[ij];
            double second = (1 - alpha) / 2 * t[ij + 1];
            symbols[ij] = (g[2] * first - g[1] * second) / area;
            symbols[3 + ij] = (g[0] * second - g[1] * first) / area;
        }
        return symbols;
    }
}
