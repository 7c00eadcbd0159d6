package io.kfac.inference;

import io.kfac.linalg.DoubleMatrix;
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
    private static final double LEAST_COEFFICIENT = 1e-6;

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

    private static double entry(DoubleMatrix lower, int i, int j) {
        return i >= j ? lower.get(i, j) : lower.get(j, i);
    }
}
