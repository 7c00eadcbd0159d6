package io.kfac.spark.jobs;

import io.kfac.spark.data.DataSummary;
import java.io.PrintStream;
import java.util.List;

/** Lines for a person to read. */
record Console(PrintStream out) {

    /** {@code data        1,797 rows}: a name and what there is to say. */
    void fact(String name, String text) {
        out.printf("%-11s %s%n", name, text);
    }

    /** What a table holds, and what of it is not used. */
    void data(DataSummary found) {
        fact("data", found.describe());
        found.ignored()
                .ifPresent(column -> fact(
                        "note",
                        "column '%s' is taken for a label and is no feature; --set data.keep=[%s] makes it one"
                                .formatted(column, column)));
    }

    void blank() {
        out.println();
    }

    /**
     * Columns as wide as their widest cell. A row of fewer cells than the first ends in a text that runs on over the columns that it
     * leaves out.
     * @param texts how many columns, from the left, are text; the others are numbers, which line up at the right
     */
    void table(int texts, List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int c = 0; c < aligned(row, columns); c++) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < row.size(); c++) {
                String format = (c < texts ? "%-" : "%") + Math.max(1, widths[c]) + "s";
                String cell = c < aligned(row, columns) ? format.formatted(row.get(c)) : row.get(c);
                line.append(c == 0 ? "" : "   ").append(cell);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static int aligned(List<String> row, int columns) {
        return row.size() < columns ? row.size() - 1 : columns;
    }
}
