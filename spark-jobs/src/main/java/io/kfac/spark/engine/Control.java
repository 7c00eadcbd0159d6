package io.kfac.spark.engine;

import java.util.Locale;

/** What chooses the length of steps in a metric that is made from the Fisher information, where either can. */
public enum Control {
    /** The exact quadratic model on the rows of the step, which needs no tuning: {@link AdaptiveSpec}. */
    QUADRATIC,
    /** A rate, and a limit on the length of steps in the metric: {@link FixedRateSpec}. Partitions can take such steps by themselves. */
    CLIPPED;

    /** In configuration. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
