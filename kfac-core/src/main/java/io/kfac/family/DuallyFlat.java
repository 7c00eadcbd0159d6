package io.kfac.family;

/**
 * What a {@link Family} is as a dually flat manifold (Amari and Nagaoka 2000, ch. 3): its divergences, each kept to full digits where two
 * members nearly agree, since all of them are sums of {@link Family#kl}; geodesics and barycentres in both flat coordinate systems.
 * Divergences are in nats, angles in radians.
 */
public record DuallyFlat(Family family) {
    /** Root finding on (0, 1) ends here. */
    private static final int BISECTIONS = 200;

    /** KL(p || q): what a code made for q costs on data from p. */
    public double forwardKl(Natural p, Natural q) {
        return family.kl(p, q);
    }

    /** KL(q || p). */
    public double reverseKl(Natural p, Natural q) {
        return family.kl(q, p);
    }

    /** KL(p || q) + KL(q || p) = (theta_p - theta_q) . (eta_p - eta_q). */
    public double jeffreys(Natural p, Natural q) {
        return family.kl(p, q) + family.kl(q, p);
    }

    /** B_F(x, y) = F(x) - F(y) - grad F(y) . (x - y) = KL(y || x). */
    public double bregman(Natural x, Natural y) {
        return family.kl(y, x);
    }

    /** B_F*(x, y) = KL(x || y). */
    public double bregman(Mean x, Mean y) {
        return family.kl(x, y);
    }

    /** F(theta) + F*(eta) - theta . eta = KL(member of eta || member of theta); of eta on the boundary, its limit. */
    public double fenchelYoungGap(Natural theta, Mean eta) {
        return family.kl(eta, theta);
    }

    /**
     * The least mean divergence (KL(p || m) + KL(q || m)) / 2 from p and q to one member m, which is their m-midpoint: Jensen and Shannon's
     * for the categorical family, whose m-midpoint is the mixture.
     */
    public double jensenShannon(Natural p, Natural q) {
        Natural middle = mGeodesic(p, q, 0.5);
        return (family.kl(p, middle) + family.kl(q, middle)) / 2;
    }

    /**
     * Bhattacharyya's distance of order a, -log of the integral of p^a q^(1 - a).
     * @param a in (0, 1)
     */
    public double chernoff(Natural p, Natural q, double a) {
        Natural middle = eGeodesic(q, p, a);
        return a * family.kl(middle, p) + (1 - a) * family.kl(middle, q);
    }

    /** Chernoff's information: the largest of {@link #chernoff(Natural, Natural, double)}, where the two divergences are equal. */
    public double chernoffInformation(Natural p, Natural q) {
        double lower = 0;
        double upper = 1;
        for (int i = 0; i < BISECTIONS && Math.nextUp(lower) < upper; i++) {
            double a = (lower + upper) / 2;
            Natural middle = eGeodesic(q, p, a);
            if (family.kl(middle, p) > family.kl(middle, q)) {
                lower = a;
            } else {
                upper = a;
            }
        }
        return chernoff(p, q, (lower + upper) / 2);
    }

    /**
     * Renyi's divergence of p from q, log of E_q (p / q)^order / (order - 1); at order 1 it is KL(p || q).
     * @param order positive; above 1 it may be infinite
     */
    public double renyi(Natural p, Natural q, double order) {
        if (!(order > 0 && order < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Cannot take Renyi's divergence of order %s: it must be positive and finite".formatted(order));
        }
        if (order == 1) {
            return family.kl(p, q);
        }
        if (order < 1) {
            return chernoff(p, q, order) / (1 - order);
        }
        family.require(p);
        family.require(q);
        Natural beyond = eGeodesic(q, p, order);
        return family.contains(beyond)
                ? family.kl(p, q) + family.kl(p, beyond) / (order - 1)
                : Double.POSITIVE_INFINITY;
    }

    /** 1 less the integral of sqrt(p q): half of the squared length of sqrt(p) - sqrt(q). */
    public double squaredHellinger(Natural p, Natural q) {
        return -Math.expm1(-chernoff(p, q, 0.5));
    }

    /**
     * The angle of sqrt(p) and sqrt(q) on the sphere of radius 2 in which all distributions lie: in [0, pi], comparable between families,
     * Fisher and Rao's distance for the categorical family and a lower bound of it for any other.
     */
    public double ambientAngle(Natural p, Natural q) {
        return 4 * Math.asin(Math.sqrt(squaredHellinger(p, q) / 2));
    }

    /** (1 - t) theta_p + t theta_q: densities mixed geometrically. */
    public Natural eGeodesic(Natural p, Natural q, double t) {
        return new Natural(mixed(p.values(), q.values(), t));
    }

    /** The member of mean parameters (1 - t) eta_p + t eta_q. */
    public Natural mGeodesic(Natural p, Natural q, double t) {
        return family.natural(
                new Mean(mixed(family.mean(p).values(), family.mean(q).values(), t)));
    }

    private static double[] mixed(double[] p, double[] q, double t) {
        double[] mixed = new double[p.length];
        for (int i = 0; i < p.length; i++) {
            mixed[i] = (1 - t) * p[i] + t * q[i];
        }
        return mixed;
    }

    /** The member from which the weighted sum of KL(member || p_i) is least. */
    public Natural eBarycentre(Natural[] p, double[] weights) {
        double[] sum = new double[family.dimension()];
        for (int i = 0; i < p.length; i++) {
            family.require(p[i]);
            addTo(weights[i], p[i].values(), sum);
        }
        return new Natural(divided(sum, weights));
    }

    /** The member to which the weighted sum of KL(p_i || member) is least. */
    public Natural mBarycentre(Natural[] p, double[] weights) {
        double[] sum = new double[family.dimension()];
        for (int i = 0; i < p.length; i++) {
            addTo(weights[i], family.mean(p[i]).values(), sum);
        }
        return family.natural(new Mean(divided(sum, weights)));
    }

    private static void addTo(double weight, double[] x, double[] sum) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += weight * x[j];
        }
    }

    private static double[] divided(double[] sum, double[] weights) {
        double total = 0;
        for (double weight : weights) {
            if (!(weight >= 0)) {
                throw new IllegalArgumentException("Cannot weight a point by %s: negative".formatted(weight));
            }
            total += weight;
        }
        for (int j = 0; j < sum.length; j++) {
            sum[j] /= total;
        }
        return sum;
    }
}
