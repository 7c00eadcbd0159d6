package io.kfac.family;

import java.util.List;

/** Squared distances add, geodesics run side by side. @param geometries of the factors, all of them */
record ProductGeometry(Products family, List<FisherRao> geometries) implements FisherRao {
    private Natural factor(Natural p, int f) {
        return new Natural(family.part(p.values(), f));
    }

    @Override
    public double distance(Natural p, Natural q) {
        family.require(p);
        family.require(q);
        double distance = 0;
        for (int f = 0; f < geometries.size(); f++) {
            distance = Math.hypot(distance, geometries.get(f).distance(factor(p, f), factor(q, f)));
        }
        return distance;
    }

    @Override
    public Natural exp(Natural p, double[] velocity) {
        family.require(p);
        Natural end = Natural.ofDimension(family.dimension());
        for (int f = 0; f < geometries.size(); f++) {
            Natural part = geometries.get(f).exp(factor(p, f), family.part(velocity, f));
            family.put(part.values(), f, end.values());
        }
        return end;
    }

    @Override
    public double[] log(Natural p, Natural q) {
        family.require(p);
        family.require(q);
        double[] velocity = new double[family.dimension()];
        for (int f = 0; f < geometries.size(); f++) {
            family.put(geometries.get(f).log(factor(p, f), factor(q, f)), f, velocity);
        }
        return velocity;
    }

    /** Curvature of each factor on its part of the plane, by the share of the area that this has (O'Neill 1983, ch. 7). */
    @Override
    public double curvature(Natural p, double[] u, double[] v) {
        family.require(p);
        double sum = 0;
        for (int f = 0; f < geometries.size(); f++) {
            Natural at = factor(p, f);
            double[] a = family.part(u, f);
            double[] b = family.part(v, f);
            double area = TangentPlane.area(family.factors().get(f), at, a, b);
            double curvature = geometries.get(f).curvature(at, a, b);
            sum += area > 0 && !Double.isNaN(curvature) ? area * curvature : 0;
        }
        double whole = TangentPlane.area(family, p, u, v);
        return whole > 0 ? sum / whole : Double.NaN;
    }
}
