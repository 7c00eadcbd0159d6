package io.kfac.family;

import java.util.List;

/**
 * Von Mises' distributions of an angle x in [-pi, pi]: T = (cos x, sin x), theta = kappa (cos m, sin m) of direction m and concentration
 * kappa, h = 1, F = log(2 pi I_0(kappa)); kappa = 0 is the uniform distribution.
 */
public final class VonMises extends Univariate {
    private static final long serialVersionUID = 1;
    private static final List<Statistic> STATISTICS = List.of(Statistic.Plain.COSINE, Statistic.Plain.SINE);
    private static final Support SUPPORT = new Support(-Math.PI, Math.PI, true, false);
    private static final double LOG_2PI = Math.log(2 * Math.PI);

    /** From here on the distribution function is that of a normal, corrected; below, a series of at most a thousand terms. */
    private static final double CONCENTRATED = 1e4;

    @Override
    public String name() {
        return "von-mises";
    }

    @Override
    public int dimension() {
        return 2;
    }

    @Override
    public List<String> parameterNames() {
        return List.of("direction", "concentration");
    }

    @Override
    public Support support() {
        return SUPPORT;
    }

    @Override
    public List<Statistic> statistics() {
        return STATISTICS;
    }

    @Override
    public BaseMeasure base() {
        return BaseMeasure.ONE;
    }

    private static double length(double[] x) {
        return Math.sqrt(x[0] * x[0] + x[1] * x[1]);
    }

    @Override
    boolean insideNatural(double[] theta) {
        return length(theta) <= Double.MAX_VALUE;
    }

    @Override
    boolean insideMean(double[] eta) {
        return length(eta) < 1;
    }

    @Override
    double potential(double[] theta) {
        double kappa = length(theta);
        return LOG_2PI + Bessel.logScaled(kappa) + kappa;
    }

    @Override
    double potential(double[] theta, double[] eta) {
        double kappa = length(theta);
        double share = share(kappa);
        double first = share * theta[0];
        eta[1] = share * theta[1];
        eta[0] = first;
        return LOG_2PI + Bessel.logScaled(kappa) + kappa;
    }

    /** A(kappa) / kappa. */
    private static double share(double kappa) {
        return kappa > 0 ? Bessel.ratio(kappa) / kappa : 0.5;
    }

    @Override
    double conjugate(double[] eta, double[] theta) {
        double mean = length(eta);
        double kappa = Bessel.inverseRatio(mean);
        double scale = mean > 0 ? kappa / mean : 2;
        theta[0] = scale * eta[0];
        theta[1] = scale * eta[1];
        return -LOG_2PI - Bessel.logScaled(kappa) - kappa * Bessel.ratioRest(kappa);
    }

    /** That of the concentrations, and that of the directions: p q (1 - cos of the angle between). */
    @Override
    double divergence(double[] p, double[] q) {
        double kappaP = length(p);
        double kappaQ = length(q);
        double total = kappaP + kappaQ;
        double step = total > 0 ? ((q[0] - p[0]) * (q[0] + p[0]) + (q[1] - p[1]) * (q[1] + p[1])) / total : 0;
        double inner = p[0] * q[0] + p[1] * q[1];
        // The cross product of p and q is that of p and q - p, which has its digits where they are near.
        double cross = p[0] * (q[1] - p[1]) - p[1] * (q[0] - p[0]);
        double product = kappaP * kappaQ;
        double turn = inner > 0 ? cross * cross / (product + inner) : product - inner;
        return Bessel.gap(kappaQ, kappaP, step) + share(kappaP) * turn;
    }

    /** A'(kappa) along the direction, A(kappa) / kappa across. */
    @Override
    void hessian(double[] theta, double[] v, double[] out) {
        scale(theta, v, out, Bessel.slope(length(theta)), share(length(theta)));
    }

    @Override
    void inverseHessian(double[] theta, double[] v, double[] out) {
        scale(theta, v, out, 1 / Bessel.slope(length(theta)), 1 / share(length(theta)));
    }

    private static void scale(double[] theta, double[] v, double[] out, double along, double across) {
        double kappa = length(theta);
        double c = kappa > 0 ? theta[0] / kappa : 1;
        double s = kappa > 0 ? theta[1] / kappa : 0;
        double radial = along * (c * v[0] + s * v[1]);
        double tangential = across * (c * v[1] - s * v[0]);
        out[0] = c * radial - s * tangential;
        out[1] = s * radial + c * tangential;
    }

    @Override
    void fromUsual(double[] usual, double[] theta) {
        double kappa = usual[1] >= 0 ? usual[1] : Double.NaN;
        theta[0] = kappa * Math.cos(usual[0]);
        theta[1] = kappa * Math.sin(usual[0]);
    }

    @Override
    void toUsual(double[] theta, double[] usual) {
        usual[0] = Math.atan2(theta[1], theta[0]);
        usual[1] = length(theta);
    }

    /** Infinite for the direction of the uniform distribution, which has none. */
    @Override
    void usualDerivatives(double[] theta, double[] out) {
        double kappa = length(theta);
        double c = kappa > 0 ? theta[0] / kappa : 1;
        double s = kappa > 0 ? theta[1] / kappa : 0;
        out[0] = -s / kappa;
        out[1] = c / kappa;
        out[2] = c;
        out[3] = s;
    }

    /** By rejection from a wrapped Cauchy distribution (Best and Fisher 1979), its quotients in forms that small kappa does not cancel. */
    @Override
    void draw(double[] theta, long key, double[] out, int at) {
        double kappa = length(theta);
        double direction = Math.atan2(theta[1], theta[0]);
        double tau = 1 + Math.sqrt(1 + 4 * kappa * kappa);
        // (tau - sqrt(2 tau)) / (2 kappa), where tau (tau - 2) = 4 kappa^2.
        double rho = 2 * kappa / (tau + Math.sqrt(2 * tau));
        for (long attempt = 0; ; attempt++) {
            double z = Math.cos(Math.PI * CounterRandom.uniform(key, 3 * attempt));
            // 1 - f of Best and Fisher's f = (1 + r z) / (r + z), r = (1 + rho^2) / (2 rho).
            double rest = (1 - rho) * (1 - rho) * (1 - z) / (1 + rho * rho + 2 * rho * z);
            double c = (1 - rho) * (1 - rho) * kappa / (2 * rho) + kappa * rest;
            if (!(rho > 0)) {
                c = 1;
            }
            double u = 1 - CounterRandom.uniform(key, 3 * attempt + 1);
            if (c * (2 - c) > u || Math.log(c / u) + 1 - c >= 0) {
                double angle = 2 * Math.asin(Math.sqrt(rest / 2));
                double sign = CounterRandom.uniform(key, 3 * attempt + 2) < 0.5 ? -1 : 1;
                out[at] = Math.IEEEremainder(direction + sign * angle, 2 * Math.PI);
                return;
            }
        }
    }

    @Override
    double cumulative(double[] theta, double x) {
        double kappa = length(theta);
        double direction = Math.atan2(theta[1], theta[0]);
        return unwrapped(kappa, x - direction) - unwrapped(kappa, -Math.PI - direction);
    }

    /** The integral of the density of direction 0, from 0 to t in [-2 pi, 2 pi]. */
    private static double unwrapped(double kappa, double t) {
        if (kappa < CONCENTRATED) {
            return t / (2 * Math.PI) + series(kappa, t) / Math.PI;
        }
        double turns = Math.rint(t / (2 * Math.PI));
        // exp(kappa (cos t - 1)) = exp(-z^2 / 2), dz = sqrt(kappa) cos(t / 2) dt = sqrt(kappa - z^2 / 4) dt.
        double z = 2 * Math.sqrt(kappa) * Math.sin(t / 2 - Math.PI * turns);
        double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
        double s = 1 / (8 * kappa);
        double correction = s * z + 1.5 * s * s * (z * z * z + 3 * z);
        double norm = 1 + s + 4.5 * s * s;
        return turns + Normals.cumulative(z) - 0.5 - density * correction / norm;
    }

    /** Sum of I_j / I_0 sin(j t) / j, by Hill's (1977) recurrence from its end on. */
    private static double series(double kappa, double t) {
        int terms = (int) (30 + 10 * Math.sqrt(kappa));
        double ratio = 0;
        double sum = 0;
        for (int j = terms; j >= 1; j--) {
            ratio = kappa / (2 * j + kappa * ratio);
            sum = ratio * (Math.sin(j * t) / j + sum);
        }
        return sum;
    }
}
