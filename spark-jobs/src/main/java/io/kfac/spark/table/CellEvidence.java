package io.kfac.spark.table;

import io.kfac.family.Statistic;

/** Sums of both passes: those of the first, and of the second what known parameters need that are estimated. */
record CellEvidence(Evidence sums, CellSums.Column cells) implements Evidence {
    @Override
    public double rows() {
        return sums.rows();
    }

    @Override
    public double min() {
        return sums.min();
    }

    @Override
    public double max() {
        return sums.max();
    }

    @Override
    public boolean integers() {
        return sums.integers();
    }

    @Override
    public double mean() {
        return sums.mean();
    }

    @Override
    public double variance() {
        return sums.variance();
    }

    @Override
    public boolean knows(Statistic statistic) {
        if (statistic instanceof Statistic.Power power) {
            return cells.powers()
                    .filter(powers -> powers.knows(power.exponent()))
                    .isPresent();
        }
        return statistic instanceof Statistic.Deviation || sums.knows(logOf(statistic));
    }

    /** log(x / minimum) differs from log x by a constant. */
    private static Statistic logOf(Statistic statistic) {
        return statistic instanceof Statistic.LogExcess ? Statistic.Plain.LOG : statistic;
    }

    @Override
    public double mean(Statistic statistic, Standard standard) {
        if (statistic instanceof Statistic.Power power) {
            return cells.powers().orElseThrow().mean(power.exponent());
        }
        if (statistic instanceof Statistic.Deviation deviation) {
            return cells.cells().deviations(deviation.location())
                    / cells.cells().rows();
        }
        double mean = sums.mean(logOf(statistic), standard);
        return statistic instanceof Statistic.LogExcess excess ? mean - Math.log(excess.minimum()) : mean;
    }

    @Override
    public double covariance(Statistic s, Statistic t, Standard standard) {
        if (s instanceof Statistic.Power power) {
            double mean = mean(s, standard);
            return cells.powers().orElseThrow().meanSquare(power.exponent()) - mean * mean;
        }
        if (s instanceof Statistic.Deviation deviation) {
            double mean = mean(s, standard);
            double shift = mean() - deviation.location();
            return variance() + shift * shift - mean * mean;
        }
        return sums.covariance(logOf(s), logOf(t), standard);
    }
}
