package io.kfac.mixture;

import java.util.List;

/** The seam between the mathematics and where the rows are. */
public interface MixtureObjective {

    MixtureTotals totals();

    /** Sums over all rows at each of several mixture weights, in one pass. @param purpose the name of the job */
    List<MixtureSums> evaluate(String purpose, List<double[]> weights);
}
