package io.kfac.family;

/**
 * Roots of probabilities lie on a sphere, where the Fisher information is that of radius 2 (Rao 1945; Amari and Nagaoka 2000, sec. 2.6).
 * Small angles are taken by arcsine of half of the chord: arccosines have no digits for points close to each other.
 */
record SimplexGeometry(Categoricals family) implements FisherRao {
    /** Cosines this near to 1 have too few digits for their angle. */
    private static final double NEAR = 0.05;

    /** Of velocities, as a share of their greatest part. */
    private static final double ROUNDING = 1e-14;

    /** Between probabilities, zeros included: at most pi, between those that have no class in common. */
    static double distance(double[] p, double[] q) {
        double sum = 0;
        for (int j = 0; j < p.length; j++) {
            double roots = Math.sqrt(p[j]) + Math.sqrt(q[j]);
            double chord = roots > 0 ? (p[j] - q[j]) / roots : 0;
            sum += chord * chord;
        }
        return 4 * Math.asin(Math.min(1, Math.sqrt(sum) / 2));
    }

    @Override
    public double distance(Natural p, Natural q) {
        family.require(p);
        family.require(q);
        double cosine = affinity(p.values(), q.values());
        return 1 - cosine > NEAR ? 2 * Math.acos(cosine) : 2 * angle(chords(p, q));
    }

    /** Sum of sqrt(p q), in one pass. */
    private static double affinity(double[] p, double[] q) {
        double mostP = p[0];
        double mostQ = q[0];
        for (int j = 1; j < p.length; j++) {
            mostP = Math.max(mostP, p[j]);
            mostQ = Math.max(mostQ, q[j]);
        }
        double sum = 0;
        double squaresP = 0;
        double squaresQ = 0;
        for (int j = 0; j < p.length; j++) {
            double a = Math.exp((p[j] - mostP) / 2);
            double b = Math.exp((q[j] - mostQ) / 2);
            sum += a * b;
            squaresP += a * a;
            squaresQ += b * b;
        }
        return sum / Math.sqrt(squaresP * squaresQ);
    }

    /** sqrt(q) - sqrt(p) from log q - log p, which has its digits where the two nearly agree. */
    private double[] chords(Natural p, Natural q) {
        int k = family.dimension();
        double[] roots = roots(p);
        double[] chords = new double[k];
        double most = 0;
        double change = 0;
        for (int j = 0; j < k; j++) {
            chords[j] = q.values()[j] - p.values()[j];
            most = Math.max(most, Math.abs(chords[j]));
            change += roots[j] * roots[j] * Math.expm1(chords[j]);
        }
        double shift = most < 1 ? Math.log1p(change) : family.logPartition(q) - family.logPartition(p);
        for (int j = 0; j < k; j++) {
            chords[j] = roots[j] * Math.expm1((chords[j] - shift) / 2);
        }
        return chords;
    }

    private double[] roots(Natural p) {
        double[] roots = family.mean(p).values();
        for (int j = 0; j < roots.length; j++) {
            roots[j] = Math.sqrt(roots[j]);
        }
        return roots;
    }

    private static double angle(double[] chords) {
        return 2 * Math.asin(Math.min(1, norm(chords) / 2));
    }

    private static double norm(double[] x) {
        return Math.sqrt(Family.dot(x, x));
    }

    @Override
    public Natural exp(Natural p, double[] velocity) {
        double[] roots = roots(p);
        double[] speed = new double[roots.length];
        family.fisherProduct(p, velocity, speed);
        for (int j = 0; j < speed.length; j++) {
            speed[j] /= 2 * roots[j];
        }
        double angle = norm(speed);
        double sinc = angle > 0 ? Math.sin(angle) / angle : 1;
        for (int j = 0; j < roots.length; j++) {
            double root = Math.cos(angle) * roots[j] + sinc * speed[j];
            roots[j] = root > 0 ? 2 * Math.log(root) : Double.NaN;
        }
        Natural end = new Natural(roots);
        family.require(end);
        return end;
    }

    @Override
    public double[] log(Natural p, Natural q) {
        double[] roots = roots(p);
        double[] toward = chords(p, q);
        double angle = angle(toward);
        double half = Family.dot(toward, toward) / 2;
        for (int j = 0; j < roots.length; j++) {
            toward[j] += half * roots[j];
        }
        double length = norm(toward);
        double[] velocity = new double[roots.length];
        for (int j = 0; j < roots.length && length > 0; j++) {
            velocity[j] = 2 * angle / length * toward[j] / roots[j];
        }
        return velocity;
    }

    @Override
    public double curvature(Natural p, double[] u, double[] v) {
        family.require(p);
        double[] probabilities = family.mean(p).values();
        double[] a = centred(u, probabilities);
        double[] b = centred(v, probabilities);
        double area = TangentPlane.area(Family.dot(a, a), Family.dot(a, b), Family.dot(b, b));
        return area > 0 ? 1.0 / 4 : Double.NaN;
    }

    /** A velocity on the sphere of radius 2; 0 for one that moves no probability, up to rounding. */
    private static double[] centred(double[] u, double[] probabilities) {
        double mean = Family.dot(u, probabilities);
        double most = 0;
        for (double each : u) {
            most = Math.max(most, Math.abs(each));
        }
        double[] velocity = new double[u.length];
        for (int j = 0; j < u.length; j++) {
            double moved = u[j] - mean;
            velocity[j] = Math.abs(moved) > ROUNDING * most ? Math.sqrt(probabilities[j]) * moved : 0;
        }
        return velocity;
    }
}
