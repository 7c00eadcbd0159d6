package io.kfac.inference;

import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Columns that are linear combinations of columns before them, judged from the weighted Gram matrix of the standardised columns: the
 * Fisher at a solution has small eigenvalues for other reasons too.
 */
public final class Collinearity {
    /** Share of a column's square that the others leave unexplained: below it there is only rounding. */
    private static final double TOLERANCE = 1e-11;

    /** Smaller coefficients of a combination are rounding. */
    private static final double LEAST_COEFFICIENT = 1e-9;

    private Collinearity() {}

    /**
     * column = sum of coefficient times other column.
     * @param combination coefficients of earlier columns, by number; empty for a column of zeros
     */
    public record Dependence(int column, Map<Integer, Double> combination) {

        /** Hands the column's coefficient to the columns it is made of: the same function of the data. @param coefficients changed */
        public void fold(double[] coefficients) {
            combination.forEach((other, share) -> coefficients[other] += share * coefficients[column]);
            coefficients[column] = 0;
        }
    }

    /**
     * By a Cholesky factorisation that passes over what depends on what came before (Higham 2002, sec. 10.3).
     * @param gram  X'WX of standardised columns, lower triangle; not modified
     * @param order columns in the order in which they are preferred
     */
    public static List<Dependence> find(DoubleMatrix gram, int... order) {
        int d = order.length;
        double[][] rows = new double[d][];
        List<Integer> kept = new ArrayList<>();
        List<Dependence> found = new ArrayList<>();
        for (int i = 0; i < d; i++) {
            int column = order[i];
            double[] row = new double[kept.size() + 1];
            double square = entry(gram, column, column);
            double left = square;
            for (int c = 0; c < kept.size(); c++) {
                double[] pivot = rows[kept.get(c)];
                double inner = entry(gram, column, order[kept.get(c)]);
                for (int e = 0; e < c; e++) {
                    inner -= row[e] * pivot[e];
                }
                row[c] = inner / pivot[c];
                left -= row[c] * row[c];
            }
            if (left > TOLERANCE * square) {
                row[kept.size()] = Math.sqrt(left);
                rows[i] = row;
                kept.add(i);
            } else {
                found.add(new Dependence(column, combination(row, rows, kept, order)));
            }
        }
        return found;
    }

    /** The coefficients: L' c = row, L the factor of the kept columns. */
    private static Map<Integer, Double> combination(double[] row, double[][] rows, List<Integer> kept, int... order) {
        int n = kept.size();
        double[] c = new double[n];
        for (int i = n - 1; i >= 0; i--) {
            double sum = row[i];
            for (int j = i + 1; j < n; j++) {
                sum -= rows[kept.get(j)][i] * c[j];
            }
            c[i] = sum / rows[kept.get(i)][i];
        }
        Map<Integer, Double> combination = new TreeMap<>();
        for (int i = 0; i < n; i++) {
            if (Math.abs(c[i]) > LEAST_COEFFICIENT) {
                combination.put(order[kept.get(i)], c[i]);
            }
        }
        return combination;
    }

    /**
     * Of all parameters with the same outputs, those whose weights of features are shortest (Golub and Van Loan 2013, sec. 5.5): less
     * their part along the changes that dependences leave without effect. A column of ones takes what these shift, and has no length.
     * @param at of a network without hidden layers; not modified
     */
    public static Parameters shortest(Network network, Parameters at, List<Dependence> dependences) {
        Parameters shortest = at.copy(network);
        int z = dependences.size();
        if (z == 0) {
            return shortest;
        }
        int columns = network.inputColumns();
        int features = network.layer(0).inputs();
        // Row i: 1 for column i, less its combination. What dependences share they do not hold in each other: N N' = I
        // + C C'.
        DoubleMatrix idle = DoubleMatrix.zeros(z, columns);
        for (int i = 0; i < z; i++) {
            int row = i;
            dependences.get(i).combination().forEach((other, share) -> idle.set(row, other, -share));
            idle.set(i, dependences.get(i).column(), 1);
        }
        DoubleMatrix featured = idle.colRange(0, features);
        DoubleMatrix products = DoubleMatrix.zeros(z, z);
        products.multiply(1, featured, Transpose.NO, featured, Transpose.YES, 0);
        DoubleMatrix weights = (DoubleMatrix) shortest.layer(0);
        DoubleMatrix along = DoubleMatrix.zeros(network.outputs(), z);
        along.multiply(1, weights.colRange(0, features), Transpose.NO, featured, Transpose.YES, 0);
        Cholesky.of(products)
                .orElseThrow(() -> new ArithmeticException("Cannot shorten coefficients: a combination is not finite."
                        + " Remedy: check the features for huge values"))
                .solveRows(along);
        weights.multiply(-1, along, Transpose.NO, idle, Transpose.NO, 1);
        return shortest;
    }

    private static double entry(DoubleMatrix lower, int i, int j) {
        return i >= j ? lower.get(i, j) : lower.get(j, i);
    }
}
