package io.kfac.spark.bench;

import java.util.Locale;

/** What a linear model puts out, with the link under which both sides fit it: logit, softmax, log, log. */
enum Head {
    BINOMIAL,
    MULTINOMIAL,
    POISSON,
    GAMMA;

    /** As MLlib calls it. */
    String family() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the judge's loss is the deviance, which differs from the log-loss that a side minimises by what labels alone make. */
    boolean byDeviance() {
        return this == POISSON || this == GAMMA;
    }

    /**
     * A row's loss for the judge, in nats; of Poisson and gamma the unit deviance, which is 0 where the fit is perfect (McCullagh
     * and Nelder 1989, sec. 2.3).
     * @param z linear predictors
     * @param y label: a class from 0, or a value
     */
    double loss(double[] z, double y) {
        return switch (this) {
            case BINOMIAL -> Math.max(z[0], 0) + Math.log1p(Math.exp(-Math.abs(z[0]))) - y * z[0];
            case MULTINOMIAL -> Judge.loss(z, (int) y);
            case POISSON -> 2 * ((y > 0 ? y * (Math.log(y) - z[0]) : 0) - y + Math.exp(z[0]));
            case GAMMA -> 2 * (z[0] - Math.log(y) + y * Math.exp(-z[0]) - 1);
        };
    }
}
