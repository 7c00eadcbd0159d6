package io.kfac.spark.ml;

import io.kfac.mixture.LikelihoodBlock;
import io.kfac.mixture.MixtureTotals;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;

/**
 * The rows of one partition, as a blend sees them.
 * @param problem the first row that cannot be used, in words; empty where all can
 */
record BlendPartition(ArrayList<LikelihoodBlock> blocks, MixtureTotals totals, String problem) implements Serializable {
    private static final int BLOCK_ROWS = 4_096;

    /** Probabilities may be a little above 1 by rounding, as those of float models are. */
    private static final double ROUNDING = 1e-5;

    /** @param rows of probability vectors, label and weight, as {@link BlendColumns#select} has them */
    static BlendPartition of(Iterator<Row> rows, String labelCol, String... columns) {
        int models = columns.length;
        MixtureTotals totals = new MixtureTotals(models);
        ArrayList<LikelihoodBlock> blocks = new ArrayList<>();
        double[] likelihoods = new double[BLOCK_ROWS * models];
        double[] weights = new double[BLOCK_ROWS];
        double[] row = new double[models];
        int filled = 0;
        while (rows.hasNext()) {
            Row next = rows.next();
            String problem = problem(next, labelCol, row, columns);
            if (!problem.isEmpty()) {
                return new BlendPartition(new ArrayList<>(), totals, problem);
            }
            double weight = next.getDouble(models + 1);
            if (weight > 0 && totals.add(row, weight)) {
                System.arraycopy(row, 0, likelihoods, filled * models, models);
                weights[filled++] = weight;
            }
            if (filled == BLOCK_ROWS || (filled > 0 && !rows.hasNext())) {
                blocks.add(new LikelihoodBlock(
                        Arrays.copyOf(likelihoods, filled * models), Arrays.copyOf(weights, filled)));
                filled = 0;
            }
        }
        return new BlendPartition(blocks, totals, "");
    }

    /** Reads the label's probabilities. @param out overwritten @return what is wrong with the row, or nothing */
    private static String problem(Row row, String labelCol, double[] out, String... columns) {
        int models = columns.length;
        if (row.isNullAt(models) || row.isNullAt(models + 1)) {
            return "Cannot blend a row without %s. Remedy: drop such rows"
                    .formatted(row.isNullAt(models) ? "a label in column '%s'".formatted(labelCol) : "a weight");
        }
        double label = row.getDouble(models);
        if (!(label >= 0 && label == Math.rint(label) && label <= Integer.MAX_VALUE)) {
            return "Cannot blend a row whose label in column '%s' is %s. Remedy: labels that are indices of classes from 0 on"
                    .formatted(labelCol, label);
        }
        double weight = row.getDouble(models + 1);
        if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
            return "Cannot blend a row of weight %s. Remedy: weights that are finite and not negative"
                    .formatted(weight);
        }
        for (int m = 0; m < models; m++) {
            if (row.isNullAt(m)) {
                return "Cannot blend a row without a vector in column '%s'. Remedy: drop such rows"
                        .formatted(columns[m]);
            }
            Vector probabilities = row.getAs(m);
            out[m] = label < probabilities.size() ? probabilities.apply((int) label) : 0;
            if (!(out[m] >= 0 && out[m] <= 1 + ROUNDING)) {
                return ("Cannot blend column '%s': its value for label %d is %s, which is no probability. Remedy: columns of"
                                + " probabilities, not raw predictions")
                        .formatted(columns[m], (int) label, out[m]);
            }
        }
        return "";
    }
}
