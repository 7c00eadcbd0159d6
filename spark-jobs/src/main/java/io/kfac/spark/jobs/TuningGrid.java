package io.kfac.spark.jobs;

import io.kfac.spark.engine.FixedRateSpec;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.RunDescription.Trial;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** The learning rates and batch sizes that are tried for an optimizer. */
final class TuningGrid {
    private TuningGrid() {}

    /** @param own what it would use by itself, in its mode */
    static List<Trial> of(CompareConfig config, CompareConfig.Contender contender, OptimizerSpec own) {
        OptimizerSpec steps = own.each();
        double rate =
                steps instanceof FixedRateSpec fixed ? fixed.options().rate().peak() : Double.NaN;
        boolean says =
                !contender.learningRates().isEmpty() || !contender.batchRows().isEmpty();
        List<Double> rates = says
                ? orElse(contender.learningRates(), rate)
                : config.rates().stream().map(times -> rounded(times * rate)).toList();
        List<Integer> batches = says ? orElse(contender.batchRows(), steps.batchRows()) : config.batchRows();
        List<Trial> grid = new ArrayList<>();
        for (double learningRate : rates) {
            for (int rows : batches) {
                grid.add(new Trial(learningRate, rows));
            }
        }
        return grid;
    }

    private static <T> List<T> orElse(List<T> given, T own) {
        return given.isEmpty() ? List.of(own) : given;
    }

    /** 0.3 times 0.1 is 0.03, and nothing after it. */
    private static double rounded(double rate) {
        return new BigDecimal(rate).round(new MathContext(6)).doubleValue();
    }
}
