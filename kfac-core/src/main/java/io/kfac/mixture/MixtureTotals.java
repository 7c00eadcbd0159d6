package io.kfac.mixture;

import java.io.Serializable;

/** What is known of the rows before any mixture is tried: sums, filled row by row. */
public final class MixtureTotals implements Serializable {
    private static final long serialVersionUID = 1L;

    private long rows;
    private long impossible;
    private double weight;
    private final double[] losses;

    public MixtureTotals(int models) {
        losses = new double[models];
    }

    /**
     * Takes in a row of positive weight.
     * @param likelihoods of its label, one a model; not modified
     * @return whether some model allows it: no mixture of the others does, and its loss, infinite whatever the weights, is left out
     */
    public boolean add(double[] likelihoods, double rowWeight) {
        double largest = 0;
        for (double p : likelihoods) {
            largest = Math.max(largest, p);
        }
        if (largest == 0) {
            impossible++;
            return false;
        }
        rows++;
        weight += rowWeight;
        for (int m = 0; m < losses.length; m++) {
            losses[m] -= rowWeight * Math.log(likelihoods[m]);
        }
        return true;
    }

    /** this += other. */
    public void add(MixtureTotals other) {
        rows += other.rows;
        impossible += other.impossible;
        weight += other.weight;
        for (int m = 0; m < losses.length; m++) {
            losses[m] += other.losses[m];
        }
    }

    /** Rows that some model allows. */
    public long rows() {
        return rows;
    }

    /** Rows of positive weight whose label every model holds to be impossible. */
    public long impossibleRows() {
        return impossible;
    }

    /** Of the rows that some model allows. */
    public double weight() {
        return weight;
    }

    public int models() {
        return losses.length;
    }

    /** Mean log-loss of each model by itself, nats a row; infinite where it holds some row to be impossible. */
    public double[] singleLosses() {
        double[] means = losses.clone();
        for (int m = 0; m < means.length; m++) {
            means[m] /= weight;
        }
        return means;
    }
}
