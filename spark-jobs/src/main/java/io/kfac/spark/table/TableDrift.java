package io.kfac.spark.table;

import io.kfac.family.Univariate;
import io.kfac.spark.data.ArrayRows;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.ScanColumns;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.TableScan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How far each column of a table, and its numbers together, have moved since a reference table. Rows are counted first; then one pass over
 * each table sums up sufficient statistics by hashed groups of rows, and everything else, thousands of resamples included, is done with
 * these sums on the driver. (Comparing twice the log-likelihood with a chi-square would alarm on a fifth of tables without drift even where
 * the family is right, and on most where it is not.)
 */
public final class TableDrift {
    private static final int RESAMPLES = 999;

    private TableDrift() {}

    /** @throws BadInput where a table has no rows, or both have no column in common */
    public static DriftResult run(Table reference, Table current, DriftOptions options) {
        List<String> except = new ArrayList<>(options.drop());
        options.unit().filter(unit -> options.columns().isEmpty()).ifPresent(except::add);
        ScanColumns columns = ScanColumns.of(reference, options.columns(), except)
                .shared(ScanColumns.of(current, options.columns(), except), "the reference table", "the current table");
        if (columns.all().isEmpty()) {
            throw new BadInput("Cannot compare %s and %s: they have no column in common"
                    .formatted(reference.name(), current.name()));
        }
        options.families().keySet().stream()
                .filter(name -> !columns.numbers().contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new BadInput("Cannot compare column '%s' in a family: columns of numbers are %s"
                            .formatted(name, String.join(", ", columns.numbers())));
                });
        long rows = TableScan.count(reference);
        long others = TableScan.count(current);
        RowGroups groups = RowGroups.of(rows, others, options.seed());
        DriftSums here = sums(reference, rows, columns, groups.reference(), groups.referenceShare(), options);
        DriftSums there = sums(current, others, columns, groups.current(), groups.currentShare(), options);
        DriftResult found = compare(columns, here, there, groups, options);
        return new DriftResult(
                reference.name(),
                current.name(),
                rows,
                others,
                groups,
                options,
                found.permutations(),
                found.columns(),
                found.refused(),
                found.shapes(),
                notes(groups, here, there));
    }

    /** Of rows in memory, columns in the same order. @param columns their names */
    public static DriftResult run(ScanColumns columns, ArrayRows reference, ArrayRows current, DriftOptions options) {
        RowGroups groups = RowGroups.of(reference.rows(), current.rows(), options.seed());
        DriftSums here =
                reference.sum(empty(columns, reference.rows(), groups.reference(), groups.referenceShare(), options));
        DriftSums there = current.sum(empty(columns, current.rows(), groups.current(), groups.currentShare(), options));
        return compare(columns, here, there, groups, options);
    }

    private static DriftSums sums(
            Table table, long rows, ScanColumns columns, int groups, double share, DriftOptions options) {
        DriftSums empty = empty(columns, rows, groups, share, options);
        try (TableScan scan = TableScan.of(table, columns, options.unit())) {
            return scan.run(empty, DriftSums.class, "statistics by group");
        }
    }

    static DriftSums empty(ScanColumns columns, long rows, int groups, double share, DriftOptions options) {
        List<Univariate> families = new ArrayList<>(Comparisons.FAMILIES);
        families.addAll(options.families().values());
        return new DriftSums(
                new Statistics(families),
                columns.numbers().size(),
                columns.categories().size(),
                groups,
                share,
                rows,
                options.seed());
    }

    private static List<String> notes(RowGroups groups, DriftSums here, DriftSums there) {
        List<String> notes = new ArrayList<>();
        String used =
                "of the %s table a hashed %.3g%% of rows is compared, %,d: more could not sharpen a comparison with %,d";
        if (groups.referenceShare() < 1) {
            notes.add(used.formatted("reference", 100 * groups.referenceShare(), here.rows(), there.rows()));
        }
        if (groups.currentShare() < 1) {
            notes.add(used.formatted("current", 100 * groups.currentShare(), there.rows(), here.rows()));
        }
        return notes;
    }

    /** All but the passes. */
    static DriftResult compare(
            ScanColumns columns, DriftSums here, DriftSums there, RowGroups groups, DriftOptions options) {
        List<Comparison> all = Comparisons.of(columns, here, there, options.families());
        List<Comparison> comparable =
                all.stream().filter(one -> !one.isRefused()).toList();
        int permutations = options.permutations(comparable.size());
        Resampling resampling =
                new Resampling(groups.reference(), groups.current(), permutations, RESAMPLES, options.seed());
        List<ColumnDrift> drifts = comparable.stream()
                .map(one -> one.measure(resampling, options.level()))
                .toList();
        Map<String, String> refused = new LinkedHashMap<>(columns.unusable());
        for (Comparison one : all) {
            Optional<String> why = one.refused();
            why.ifPresent(reason -> refused.put(one.column(), String.join("; ", also(reason, one.notes()))));
        }
        return new DriftResult(
                "",
                "",
                here.rows(),
                there.rows(),
                groups,
                options,
                permutations,
                judge(drifts, options),
                refused,
                Shapes.of(columns.numbers(), here.sample(), there.sample()),
                List.of());
    }

    private static List<String> also(String reason, List<String> notes) {
        return Stream.concat(Stream.of(reason), notes.stream()).toList();
    }

    private static List<DriftResult.Judged> judge(List<ColumnDrift> drifts, DriftOptions options) {
        double[] adjusted = options.adjustment()
                .adjust(drifts.stream().mapToDouble(ColumnDrift::pValue).toArray());
        List<DriftResult.Judged> judged = new ArrayList<>();
        for (int i = 0; i < adjusted.length; i++) {
            judged.add(new DriftResult.Judged(drifts.get(i), adjusted[i], alarms(drifts.get(i), adjusted[i], options)));
        }
        judged.sort(Comparator.comparing(DriftResult.Judged::alarm)
                .thenComparing(one -> one.drift().interval().estimate())
                .reversed());
        return judged;
    }

    /** Against a threshold of 0 the p-value alone is the exact test: a limit of 0 must not overrule it. */
    private static boolean alarms(ColumnDrift drift, double adjusted, DriftOptions options) {
        boolean matters = options.threshold() == 0 || drift.interval().lower() > options.threshold();
        return matters && adjusted <= options.level();
    }
}
