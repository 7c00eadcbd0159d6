package io.kfac.spark.table;

/**
 * How well a member fits, by the probability integral transform: F(x) is uniform if x comes from F; of counts, whose F jumps, each
 * value's share is spread evenly over its jump (Czado, Gneiting and Held 2009, sec. 2.1). There is no p-value: with estimated parameters
 * the textbook one would be false.
 * @param pit      share of values in each of {@link #BINS} equal intervals of F; 1 / BINS each for a perfect fit
 * @param distance Kolmogorov's: the largest difference of the two distribution functions
 */
record Fitness(double[] pit, double distance) {
    static final int BINS = 20;

    /**
     * @param fitted    distribution function of the member at some points, ascending
     * @param empirical share of values up to the same points
     */
    static Fitness of(double[] fitted, double[] empirical) {
        double distance = 0;
        double[] at = new double[BINS + 1];
        int point = 0;
        double u0 = 0;
        double e0 = 0;
        for (int bin = 1; bin <= BINS; bin++) {
            double u = (double) bin / BINS;
            while (point < fitted.length && fitted[point] < u) {
                u0 = fitted[point];
                e0 = empirical[point];
                distance = Math.max(distance, Math.abs(u0 - e0));
                point++;
            }
            double u1 = point < fitted.length ? fitted[point] : 1;
            double e1 = point < fitted.length ? empirical[point] : 1;
            at[bin] = u1 > u0 ? e0 + (u - u0) / (u1 - u0) * (e1 - e0) : e1;
        }
        for (; point < fitted.length; point++) {
            distance = Math.max(distance, Math.abs(fitted[point] - empirical[point]));
        }
        at[BINS] = 1;
        double[] pit = new double[BINS];
        for (int bin = 0; bin < BINS; bin++) {
            pit[bin] = at[bin + 1] - at[bin];
        }
        return new Fitness(pit, distance);
    }

    static Fitness of(FamilyFit fit, Cells cells) {
        double[] edges = cells.edges();
        double[] fitted = new double[edges.length];
        for (int j = 0; j < edges.length; j++) {
            fitted[j] = fit.cdf(edges[j]);
        }
        return of(fitted, cells.cumulative());
    }

    static Fitness of(FamilyFit fit, ValueEvidence values) {
        Cells cells = new Cells(values.values());
        for (int i = 0; i < values.values().length; i++) {
            cells.add(values.values()[i], values.times()[i]);
        }
        return of(fit, cells);
    }
}
