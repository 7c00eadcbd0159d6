package io.kfac.objective;

import io.kfac.curvature.CurvatureSums;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.model.Parameters;
import java.util.Optional;

/**
 * The answer to a {@link Query}: sums over its rows, in double.
 * @param rows      how many rows there were
 * @param weight    sum of their weights w
 * @param loss      sum of w times the loss in nats
 * @param correct   weight of rightly classified rows, if asked for
 * @param deviance  sum of w times the unit deviance, if errors were asked for
 * @param violating  rows of positive weight whose loss the direction of recession would raise
 * @param descending rows of positive weight whose loss it would lower for ever
 * @param standing   rows of positive weight whose loss it would leave as it is
 * @param divergence sum of w times KL(reference || at) in nats, if a reference was given
 * @param gradient  sum of w times the gradient, if asked for
 * @param curvature statistics, if asked for
 * @param fisher    k x k products u_i' F u_j of the query's directions (0 x 0 without), summed over rows
 * @param product   F v, summed over rows, if asked for
 * @param lineLosses sums of w times the loss on each line's points, direction by direction
 */
public record Evaluation(
        double rows,
        double weight,
        double loss,
        double correct,
        double deviance,
        double violating,
        double descending,
        double standing,
        double divergence,
        Optional<Parameters> gradient,
        Optional<CurvatureSums> curvature,
        DoubleMatrix fisher,
        Optional<Parameters> product,
        double[] lineLosses) {

    /** Mean loss over the rows; NaN where no row was selected. */
    public double meanLoss() {
        return loss / weight;
    }

    /** Share of weight that is classified rightly; NaN where no row was selected. */
    public double accuracy() {
        return correct / weight;
    }
}
