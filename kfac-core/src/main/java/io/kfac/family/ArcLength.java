package io.kfac.family;

/** A family of one parameter is a line: its distance is the difference of the arc lengths of two members. */
record ArcLength(OneParameter family) implements FisherRao {
    @Override
    public double distance(Natural p, Natural q) {
        family.require(p);
        family.require(q);
        return Math.abs(family.arc(p.values()[0], q.values()[0]));
    }

    @Override
    public Natural exp(Natural p, double[] velocity) {
        family.require(p);
        double theta = p.values()[0];
        Natural end = new Natural(family.along(theta, velocity[0] * Math.sqrt(family.variance(theta))));
        family.require(end);
        return end;
    }

    @Override
    public double[] log(Natural p, Natural q) {
        family.require(p);
        family.require(q);
        double theta = p.values()[0];
        return new double[] {family.arc(theta, q.values()[0]) / Math.sqrt(family.variance(theta))};
    }

    @Override
    public double curvature(Natural p, double[] u, double[] v) {
        return Double.NaN;
    }
}
