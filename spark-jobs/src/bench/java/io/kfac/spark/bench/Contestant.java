package io.kfac.spark.bench;

import java.util.Map;
import java.util.function.Supplier;

/** A side that fits a linear model step by step, alike in every run. */
interface Contestant {
    /** From a DataFrame to a model. @param iterations most of them */
    Fit fit(int iterations);

    /**
     * @param model      worked out when asked for
     * @param iterations taken
     * @param history    the side's own objective before each iteration; empty where it tells none
     * @param details    of this fit, for the JSON file
     */
    record Fit(Supplier<Linear> model, int iterations, double[] history, Map<String, Object> details) {}
}
