package io.kfac.spark.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Categories of two tables as one list of cells: categories so rare that fewer than five rows are to be expected in the smaller table, were
 * there no drift, are put together. What is rare depends on both tables together, so a permutation test stays exact.
 */
final class Categories {
    private static final double LEAST_EXPECTED = 5;
    private static final int NAMED = 5;

    private final List<String> labels;
    private final List<double[]> reference;
    private final List<double[]> current;

    /** @param reference by category, rows by group @param current the same */
    Categories(List<String> labels, List<double[]> reference, List<double[]> current) {
        this.labels = labels;
        this.reference = reference;
        this.current = current;
    }

    Comparison compare(String column, List<String> notes) {
        int k = labels.size();
        double[] here = new double[k];
        double[] there = new double[k];
        for (int c = 0; c < k; c++) {
            here[c] = sum(reference.get(c));
            there[c] = sum(current.get(c));
        }
        double rowsHere = sum(here);
        double rowsThere = sum(there);
        Optional<String> absent = rowsHere > 0 && rowsThere > 0
                ? Optional.empty()
                : Optional.of("it has no value in the %s table".formatted(rowsHere > 0 ? "current" : "reference"));
        if (absent.isPresent()) {
            return Comparison.refused(column, Comparison.Part.VALUES, absent.get(), notes);
        }
        if (k == 1) {
            return Comparison.refused(
                    column,
                    Comparison.Part.VALUES,
                    "all of its values are '%s' in both tables".formatted(labels.get(0)),
                    notes);
        }
        List<String> said = new ArrayList<>(notes);
        sayOnly("reference", here, there, said);
        sayOnly("current", there, here, said);
        double share = Math.min(rowsHere, rowsThere) / (rowsHere + rowsThere);
        return pooled(column, here, there, share, said);
    }

    private void sayOnly(String table, double[] mine, double[] others, List<String> notes) {
        List<String> only = new ArrayList<>();
        double rows = 0;
        for (int c = 0; c < mine.length; c++) {
            if (others[c] == 0 && mine[c] > 0) {
                only.add(labels.get(c));
                rows += mine[c];
            }
        }
        if (!only.isEmpty()) {
            String more = only.size() > NAMED ? " and %d more".formatted(only.size() - NAMED) : "";
            notes.add("only in the %s table: %s%s (%,.0f rows)"
                    .formatted(table, String.join(", ", only.subList(0, Math.min(NAMED, only.size()))), more, rows));
        }
    }

    /** @param share of all rows that are in the smaller table */
    private Comparison pooled(String column, double[] here, double[] there, double share, List<String> notes) {
        List<Integer> frequent = new ArrayList<>();
        List<Integer> rare = new ArrayList<>();
        List<Integer> ascending = new ArrayList<>();
        for (int c = 0; c < here.length; c++) {
            ascending.add(c);
        }
        ascending.sort(Comparator.comparingDouble(c -> here[c] + there[c]));
        double together = 0;
        for (int c : ascending) {
            boolean enough = share * (here[c] + there[c]) >= LEAST_EXPECTED;
            boolean restIsEnough = rare.isEmpty() || share * together >= LEAST_EXPECTED;
            if (enough && restIsEnough) {
                frequent.add(c);
            } else {
                rare.add(c);
                together += here[c] + there[c];
            }
        }
        if (frequent.size() + (rare.isEmpty() ? 0 : 1) < 2) {
            return Comparison.refused(
                    column,
                    Comparison.Part.VALUES,
                    "all but its most frequent category together are to be expected in fewer than 5 rows of the smaller table",
                    notes);
        }
        frequent.sort(null);
        List<String> cells = new ArrayList<>(frequent.stream().map(labels::get).toList());
        if (rare.size() == 1) {
            cells.add(labels.get(rare.get(0)));
        } else if (!rare.isEmpty()) {
            cells.add("%d rare ones".formatted(rare.size()));
            notes.add("%d categories are too rare to be compared each, and are taken together".formatted(rare.size()));
        }
        GroupedSums sums = new GroupedSums(cells(reference, frequent, rare), cells(current, frequent, rare));
        return Comparison.categories(column, Comparison.Part.VALUES, cells, sums, notes);
    }

    /** By group, rows and then rows of each cell. */
    private static double[][] cells(List<double[]> counts, List<Integer> frequent, List<Integer> rare) {
        int groups = counts.get(0).length;
        int k = frequent.size() + (rare.isEmpty() ? 0 : 1);
        double[][] cells = new double[groups][1 + k];
        for (int g = 0; g < groups; g++) {
            for (int i = 0; i < frequent.size(); i++) {
                cells[g][1 + i] = counts.get(frequent.get(i))[g];
            }
            for (int c : rare) {
                cells[g][k] += counts.get(c)[g];
            }
            for (int i = 1; i <= k; i++) {
                cells[g][0] += cells[g][i];
            }
        }
        return cells;
    }

    private static double sum(double[] x) {
        double sum = 0;
        for (double each : x) {
            sum += each;
        }
        return sum;
    }
}
