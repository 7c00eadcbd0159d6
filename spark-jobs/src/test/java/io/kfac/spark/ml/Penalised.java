package io.kfac.spark.ml;

import java.util.List;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;

/** MLlib's objective of columns label, features and weight as the README has it, by plain loops that share nothing with the product. */
final class Penalised {
    private final List<Row> rows;
    private final SparseVector[] features;
    private final boolean weighted;
    private final double regParam;
    private final double elasticNetParam;
    private final boolean standardization;
    private final double[] sigmas;

    Penalised(List<Row> rows, boolean weighted, double regParam, double elasticNetParam, boolean standardization) {
        this.rows = rows;
        this.features = rows.stream()
                .map(row -> row.<Vector>getAs("features").toSparse())
                .toArray(SparseVector[]::new);
        this.weighted = weighted;
        this.regParam = regParam;
        this.elasticNetParam = elasticNetParam;
        this.standardization = standardization;
        this.sigmas = standardDeviations();
    }

    /** Sample standard deviations; 0 of columns with one value. */
    double[] sigmas() {
        return sigmas;
    }

    private double weight(int row) {
        return weighted ? rows.get(row).<Double>getAs("weight") : 1;
    }

    private double[] standardDeviations() {
        int width = features[0].size();
        double[] sum = new double[width];
        double[] weights = new double[width];
        int[] entries = new int[width];
        double total = 0;
        double squares = 0;
        for (int i = 0; i < features.length; i++) {
            total += weight(i);
            squares += weight(i) * weight(i);
            for (int e = 0; e < features[i].indices().length; e++) {
                sum[features[i].indices()[e]] += weight(i) * features[i].values()[e];
                weights[features[i].indices()[e]] += weight(i);
                entries[features[i].indices()[e]]++;
            }
        }
        double[] spread = new double[width];
        double[] least = new double[width];
        double[] most = new double[width];
        for (int j = 0; j < width; j++) {
            double mean = sum[j] / total;
            spread[j] = (total - weights[j]) * mean * mean;
            boolean zeros = features.length > entries[j];
            least[j] = zeros ? 0 : Double.POSITIVE_INFINITY;
            most[j] = zeros ? 0 : Double.NEGATIVE_INFINITY;
        }
        for (int i = 0; i < features.length; i++) {
            for (int e = 0; e < features[i].indices().length; e++) {
                int j = features[i].indices()[e];
                double x = features[i].values()[e];
                spread[j] += weight(i) * Math.pow(x - sum[j] / total, 2);
                least[j] = Math.min(least[j], x);
                most[j] = Math.max(most[j], x);
            }
        }
        double[] found = new double[width];
        for (int j = 0; j < width; j++) {
            found[j] = least[j] == most[j] ? 0 : Math.sqrt(spread[j] / (total - squares / total));
        }
        return found;
    }

    double at(Matrix coefficients, Vector intercepts) {
        int sets = coefficients.numRows();
        double[] columns = coefficients.toArray();
        double loss = 0;
        double total = 0;
        for (int i = 0; i < features.length; i++) {
            double[] z = new double[Math.max(2, sets)];
            for (int k = 0; k < sets; k++) {
                double margin = intercepts.apply(k);
                for (int e = 0; e < features[i].indices().length; e++) {
                    margin += columns[features[i].indices()[e] * sets + k]
                            * features[i].values()[e];
                }
                z[sets == 1 ? 1 : k] = margin;
            }
            double most = Double.NEGATIVE_INFINITY;
            for (double margin : z) {
                most = Math.max(most, margin);
            }
            double sum = 0;
            for (double margin : z) {
                sum += Math.exp(margin - most);
            }
            int label = (int) rows.get(i).<Double>getAs("label").doubleValue();
            loss += weight(i) * (Math.log(sum) + most - z[label]);
            total += weight(i);
        }
        double penalty = 0;
        for (int j = 0; j < coefficients.numCols(); j++) {
            for (int k = 0; k < sets; k++) {
                double scaled = columns[j * sets + k] * (standardization ? sigmas[j] : 1);
                penalty += (1 - elasticNetParam) / 2 * scaled * scaled + elasticNetParam * Math.abs(scaled);
            }
        }
        return loss / total + regParam * penalty;
    }
}
