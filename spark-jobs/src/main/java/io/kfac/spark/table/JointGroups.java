package io.kfac.spark.table;

import java.io.Serializable;

/**
 * Several columns of numbers together by group of rows: rows that have all of them, sums of u = x - centre and of the lower triangle of u
 * u'.
 */
final class JointGroups implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int columns;
    private final int groups;
    private final double[] rows;
    private final double[] first;
    private final double[] second;
    private double[] centers = {};

    JointGroups(int columns, int groups) {
        this.columns = columns;
        this.groups = groups;
        this.rows = new double[groups];
        this.first = new double[groups * columns];
        this.second = new double[groups * triangle()];
    }

    private int triangle() {
        return columns * (columns + 1) / 2;
    }

    /** @param x by column @param group of each row; negative: not used @param u as long as there are columns; overwritten */
    void add(double[][] x, int[] group, int count, double[] u) {
        for (int i = 0; i < count; i++) {
            if (group[i] >= 0 && isWhole(x, i)) {
                add(x, i, group[i], u);
            }
        }
    }

    private boolean isWhole(double[][] x, int row) {
        for (int j = 0; j < columns; j++) {
            if (!(Math.abs(x[j][row]) <= Double.MAX_VALUE)) {
                return false;
            }
        }
        return true;
    }

    private void add(double[][] x, int row, int group, double[] u) {
        if (centers.length == 0) {
            centers = new double[columns];
            for (int j = 0; j < columns; j++) {
                centers[j] = x[j][row];
            }
        }
        rows[group]++;
        int at = group * triangle();
        for (int i = 0; i < columns; i++) {
            double value = x[i][row] - centers[i];
            u[i] = value;
            first[group * columns + i] += value;
            for (int j = 0; j <= i; j++) {
                second[at++] += value * u[j];
            }
        }
    }

    void merge(JointGroups that) {
        if (that.centers.length == 0) {
            return;
        }
        if (centers.length == 0) {
            centers = that.centers.clone();
        }
        double[] shift = new double[columns];
        for (int j = 0; j < columns; j++) {
            shift[j] = that.centers[j] - centers[j];
        }
        for (int g = 0; g < groups; g++) {
            double n = that.rows[g];
            int base = g * columns;
            int at = g * triangle();
            for (int i = 0; i < columns; i++) {
                for (int j = 0; j <= i; j++) {
                    second[at] += that.second[at]
                            + shift[i] * (that.first[base + j] + n * shift[j])
                            + shift[j] * that.first[base + i];
                    at++;
                }
            }
            for (int i = 0; i < columns; i++) {
                first[base + i] += that.first[base + i] + n * shift[i];
            }
            rows[g] += n;
        }
    }

    double[] rows() {
        return rows;
    }

    /**
     * By group, rows, sums of z and of the lower triangle of z z' of some columns, z = (x - location) / scale.
     * @param wanted columns
     * @param standards of these columns
     */
    double[][] sums(int[] wanted, Standard[] standards) {
        int d = wanted.length;
        double[][] all = new double[groups][1 + d + d * (d + 1) / 2];
        for (int g = 0; g < groups; g++) {
            if (rows[g] == 0) {
                continue;
            }
            double n = rows[g];
            all[g][0] = n;
            int at = 1 + d;
            for (int i = 0; i < d; i++) {
                double si = first[g * columns + wanted[i]];
                double di = centers[wanted[i]] - standards[i].location();
                all[g][1 + i] = (si + n * di) / standards[i].scale();
                for (int j = 0; j <= i; j++) {
                    double sj = first[g * columns + wanted[j]];
                    double dj = centers[wanted[j]] - standards[j].location();
                    double product = product(g, wanted[i], wanted[j]);
                    all[g][at++] =
                            (product + di * sj + dj * si + n * di * dj) / (standards[i].scale() * standards[j].scale());
                }
            }
        }
        return all;
    }

    private double product(int group, int i, int j) {
        int row = Math.max(i, j);
        return second[group * triangle() + row * (row + 1) / 2 + Math.min(i, j)];
    }
}
