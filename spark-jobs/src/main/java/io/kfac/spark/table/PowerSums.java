package io.kfac.spark.table;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Sums of (x / scale)^k, and of their squares, at some exponents k, from which those at exponents between are interpolated: log E x^k is
 * an analytic function of k, the cumulant generating function of log x, so polynomials at Chebyshev's nodes come close fast.
 */
final class PowerSums implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int NODES = 10;

    private final double logScale;
    private final double from;
    private final double to;
    private final double[] nodes = new double[NODES];
    private final double[] sums = new double[NODES];
    private final double[] squares = new double[NODES];
    private double rows;

    /** @param logScale about the mean of log x */
    PowerSums(double logScale, KnownParameters.Range exponents) {
        this.logScale = logScale;
        this.from = exponents.from();
        this.to = exponents.to();
        Arrays.setAll(nodes, i -> (from + to) / 2 - (to - from) / 2 * Math.cos((2 * i + 1) * Math.PI / (2 * NODES)));
    }

    void add(double x) {
        double y = Math.log(x) - logScale;
        for (int i = 0; i < NODES; i++) {
            double power = Math.exp(nodes[i] * y);
            sums[i] += power;
            squares[i] += power * power;
        }
        rows++;
    }

    void merge(PowerSums that) {
        rows += that.rows;
        for (int i = 0; i < NODES; i++) {
            sums[i] += that.sums[i];
            squares[i] += that.squares[i];
        }
    }

    boolean knows(double exponent) {
        return exponent >= from && exponent <= to;
    }

    /** Mean of x^k. */
    double mean(double exponent) {
        return Math.exp(exponent * logScale + interpolate(sums, exponent));
    }

    /** Mean of x^(2 k). */
    double meanSquare(double exponent) {
        return Math.exp(2 * exponent * logScale + interpolate(squares, exponent));
    }

    /** Of log means, by the barycentric formula of Chebyshev's nodes of the first kind (Berrut and Trefethen 2004, sec. 5). */
    private double interpolate(double[] totals, double exponent) {
        double above = 0;
        double below = 0;
        for (int i = 0; i < NODES; i++) {
            double value = Math.log(totals[i] / rows);
            double difference = exponent - nodes[i];
            if (difference == 0) {
                return value;
            }
            double sign = i % 2 == 0 ? 1 : -1;
            double weight = sign * Math.sin((2 * i + 1) * Math.PI / (2 * NODES)) / difference;
            above += weight * value;
            below += weight;
        }
        return above / below;
    }
}
