package io.kfac.spark.ml;

import io.kfac.mixture.MixtureSolution;
import io.kfac.mixture.MixtureTotals;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a {@link SimplexBlend} fared on its training rows. Losses are means over the rows that some model allows.
 * @param logLoss          of the blend, nats a row
 * @param gap              bound on how far that is above the least of any mixture: Jensen's inequality at the optimum
 * @param singleLogLosses  of each model by itself, by column; infinite where it gives some label probability 0
 * @param rows             of positive weight that some model allows
 * @param impossibleRows   of positive weight whose label every model gives probability 0: left out, for no weights make them finite
 * @param totalIterations  steps, a job each
 * @param converged        whether the gap is within the tolerance
 * @param stopReason       in words
 */
public record SimplexBlendSummary(
        double logLoss,
        double gap,
        Map<String, Double> singleLogLosses,
        long rows,
        long impossibleRows,
        int totalIterations,
        boolean converged,
        String stopReason)
        implements Serializable {

    static SimplexBlendSummary of(MixtureSolution solution, MixtureTotals totals, String... columns) {
        Map<String, Double> single = new LinkedHashMap<>();
        for (int m = 0; m < columns.length; m++) {
            single.put(columns[m], totals.singleLosses()[m]);
        }
        return new SimplexBlendSummary(
                solution.logLoss(),
                solution.gap(),
                single,
                totals.rows(),
                totals.impossibleRows(),
                solution.steps(),
                solution.converged(),
                solution.reason());
    }

    String impossibleRowsWarning() {
        return "%,d rows are left out of the blend: every model gives their label probability 0"
                .formatted(impossibleRows);
    }
}
