package io.kfac.spark.table;

import io.kfac.family.Families;
import io.kfac.family.Statistic;
import io.kfac.family.Univariate;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.ScanColumns;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.TableScan;
import io.kfac.spark.table.ColumnFitter.Nature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Fits every column of a table, or of its rows of each key, by the maximum-likelihood member of every family that could have its values.
 * One pass over the table has the sums that this takes; a second one counts values between quantiles of a sample, which tells how good
 * the fits are, and estimates shapes and locations.
 */
public final class TableFit {
    private static final int SAMPLED = 512;
    private static final int SAMPLED_OF_A_KEY = 128;

    private final Table table;
    private final FitOptions options;
    private final ScanColumns columns;
    private final Optional<String> key;
    private final List<Univariate> families;

    private TableFit(Table table, FitOptions options) {
        this.table = table;
        this.options = options;
        this.key = options.key().map(name -> ScanColumns.require(table, name, "--by"));
        this.columns = withKey(ScanColumns.of(table, options.columns(), excluded(options, key)), key);
        this.families = Families.univariate();
        options.families().keySet().stream()
                .filter(name -> !columns.numbers().contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new BadInput("Cannot fit a family to column '%s' of %s: its columns of numbers are %s"
                            .formatted(name, table.name(), String.join(", ", columns.numbers())));
                });
    }

    private static List<String> excluded(FitOptions options, Optional<String> key) {
        List<String> excluded = new ArrayList<>(options.drop());
        key.filter(name -> options.columns().isEmpty() || options.columns().contains(name))
                .ifPresent(excluded::add);
        return excluded;
    }

    private static ScanColumns withKey(ScanColumns columns, Optional<String> key) {
        List<String> categories = new ArrayList<>(key.stream().toList());
        categories.addAll(columns.categories());
        return new ScanColumns(columns.numbers(), categories, columns.unusable());
    }

    /** @throws BadInput where the table has nothing to fit, or too many keys */
    public static FitResult run(Table table, FitOptions options) {
        return new TableFit(table, options).run();
    }

    private FitResult run() {
        List<Univariate> candidates = new ArrayList<>(families);
        candidates.addAll(options.families().values());
        Statistics statistics = new Statistics(candidates);
        try (TableScan scan = TableScan.of(table, columns, Optional.empty())) {
            FitSums empty = new FitSums(
                    statistics,
                    columns.numbers().size(),
                    columns.categories().size(),
                    key.isPresent(),
                    key.isPresent() ? SAMPLED_OF_A_KEY : SAMPLED);
            FitSums sums = scan.run(empty, FitSums.class, "sufficient statistics");
            refuse(sums);
            Map<String, CellSums.Column[]> cells = cells(sums);
            boolean reads = !options.onePass() && wantsPass(sums);
            if (reads) {
                cells = scan.run(new CellSums(key.isPresent(), cells), CellSums.class, "cells")
                        .parts();
            }
            return result(sums, cells);
        }
    }

    private void refuse(FitSums sums) {
        if (sums.rows() == 0) {
            throw new BadInput("Cannot fit %s: it has no rows".formatted(table.name()));
        }
        if (sums.beyondKeys() > 0 || sums.parts().size() > FitSums.MOST_KEYS) {
            throw new BadInput(
                    "Cannot fit %s by '%s': it has more than %d different values. Remedy: another --by COLUMN"
                            .formatted(table.name(), key.orElse(""), FitSums.MOST_KEYS));
        }
    }

    /** Whether some values were too many to be counted one by one. */
    private static boolean wantsPass(FitSums sums) {
        return sums.parts().values().stream()
                .flatMap(part -> Arrays.stream(part.numbers))
                .anyMatch(TableFit::streams);
    }

    private static boolean streams(NumberSums column) {
        return ColumnFitter.nature(column) == Nature.REALS && !column.counted();
    }

    /** By key, empty cells for the second pass; without one, cells that hold the sample. */
    private Map<String, CellSums.Column[]> cells(FitSums sums) {
        Map<String, CellSums.Column[]> cells = new TreeMap<>();
        sums.parts().forEach((label, part) -> {
            CellSums.Column[] ofKey = new CellSums.Column[part.numbers.length];
            for (int j = 0; j < ofKey.length; j++) {
                if (streams(part.numbers[j])) {
                    ofKey[j] = column(part.numbers[j], part.sample.sorted(j));
                }
            }
            cells.put(label, ofKey);
        });
        return cells;
    }

    private CellSums.Column column(NumberSums sums, double[] sample) {
        Evidence evidence = sums.evidence();
        Optional<PowerSums> powers = options.onePass() || !(evidence.min() > 0)
                ? Optional.empty()
                : KnownParameters.shapes(evidence)
                        .map(range -> new PowerSums(evidence.mean(Statistic.Plain.LOG, Standard.RAW), range));
        CellSums.Column column = new CellSums.Column(sample, ColumnFitter.BINS, powers);
        if (options.onePass()) {
            for (double x : sample) {
                column.add(x, 1);
            }
        }
        return column;
    }

    /** Cells of values that were counted one by one. */
    private static CellSums.Column counted(ValueEvidence values) {
        CellSums.Column column = new CellSums.Column(values.values(), ColumnFitter.BINS / 2, Optional.empty());
        for (int i = 0; i < values.values().length; i++) {
            column.add(values.values()[i], values.times()[i]);
        }
        return column;
    }

    private FitResult result(FitSums sums, Map<String, CellSums.Column[]> cells) {
        List<ColumnFit> fits = new ArrayList<>();
        sums.parts().forEach((label, part) -> {
            for (int j = 0; j < part.numbers.length; j++) {
                fits.add(number(label, j, part.numbers[j], Optional.ofNullable(cells.get(label)[j])));
            }
            for (int j = 0; j < part.categories.length; j++) {
                String name = columns.categories().get(j + (key.isPresent() ? 1 : 0));
                fits.add(ColumnFitter.categories(label, name, part.categories[j]));
            }
        });
        List<String> notes = new ArrayList<>();
        if (sums.withoutKey() > 0) {
            notes.add("%,d rows have no '%s', and are left out".formatted(sums.withoutKey(), key.orElse("")));
        }
        return new FitResult(
                table.name(), sums.rows(), key, !options.onePass(), List.copyOf(fits), columns.unusable(), notes);
    }

    private ColumnFit number(String label, int j, NumberSums sums, Optional<CellSums.Column> cells) {
        String name = columns.numbers().get(j);
        List<Univariate> candidates = new ArrayList<>(families);
        Optional.ofNullable(options.families().get(name)).ifPresent(candidates::add);
        boolean inMemory = ColumnFitter.nature(sums) == Nature.REALS && sums.counted();
        Optional<CellSums.Column> used = inMemory ? Optional.of(counted((ValueEvidence) sums.evidence())) : cells;
        return new ColumnFitter(candidates).numbers(label, name, sums, used, !options.onePass());
    }
}
