package io.kfac.spark.table;

import io.kfac.spark.data.ColumnChunk;
import io.kfac.spark.data.RowSums;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The second pass of a fit: {@link Cells} of the columns of real numbers, and powers of positive ones, by key. */
final class CellSums implements RowSums<CellSums> {
    private static final long serialVersionUID = 1L;

    private final boolean keyed;
    private final TreeMap<String, Column[]> parts;

    private transient List<Column[]> byCode;
    private transient KeyedRows order;

    /** What is taken of one column. */
    static final class Column implements Serializable {
        private static final long serialVersionUID = 1L;

        private final Cells cells;
        private final double[] grid;
        private final PowerSums[] powers;

        /**
         * @param sample of the column's values, ascending
         * @param powers empty where powers of the values are not wanted
         */
        Column(double[] sample, int bins, Optional<PowerSums> powers) {
            this.cells = new Cells(Cells.edges(sample, bins));
            this.grid = Histogram.grid(sample, bins);
            this.powers = powers.stream().toArray(PowerSums[]::new);
        }

        Cells cells() {
            return cells;
        }

        /** Those of the cells' edges that are equally spaced. */
        double[] grid() {
            return grid;
        }

        Optional<PowerSums> powers() {
            return Arrays.stream(powers).findFirst();
        }

        void add(double value, double times) {
            cells.add(value, times);
        }

        private void add(double[] x, int[] rows, int from, int to) {
            for (int i = from; i < to; i++) {
                double value = x[rows[i]];
                if (Math.abs(value) <= Double.MAX_VALUE) {
                    cells.add(value, 1);
                    if (powers.length > 0) {
                        powers[0].add(value);
                    }
                }
            }
        }

        private void merge(Column that) {
            cells.merge(that.cells);
            if (powers.length > 0) {
                powers[0].merge(that.powers[0]);
            }
        }
    }

    /** @param parts by key, the columns of numbers; null for columns of which nothing is wanted */
    CellSums(boolean keyed, Map<String, Column[]> parts) {
        this.keyed = keyed;
        this.parts = new TreeMap<>(parts);
    }

    @Override
    public void add(ColumnChunk chunk) {
        if (byCode == null) {
            byCode = new ArrayList<>();
            order = new KeyedRows();
        }
        order.sort(chunk, keyed, FitSums.MOST_KEYS);
        if (order.keys() > byCode.size()) {
            List<String> labels = keyed ? chunk.labels(0) : List.of("");
            for (int key = byCode.size(); key < order.keys(); key++) {
                byCode.add(parts.getOrDefault(labels.get(key), new Column[0]));
            }
        }
        for (int key = 0; key < order.keys(); key++) {
            Column[] columns = byCode.get(key);
            for (int j = 0; j < columns.length; j++) {
                if (columns[j] != null) {
                    columns[j].add(chunk.numbers(j), order.rows(), order.start(key), order.end(key));
                }
            }
        }
    }

    @Override
    public void finish(ColumnChunk chunk) {
        byCode = null;
    }

    @Override
    public void merge(CellSums later) {
        parts.forEach((key, columns) -> {
            Column[] those = later.parts.get(key);
            for (int j = 0; j < columns.length; j++) {
                if (columns[j] != null) {
                    columns[j].merge(those[j]);
                }
            }
        });
    }

    Map<String, Column[]> parts() {
        return parts;
    }
}
