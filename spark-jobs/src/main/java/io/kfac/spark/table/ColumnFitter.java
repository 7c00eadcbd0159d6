package io.kfac.spark.table;

import io.kfac.family.Univariate;
import io.kfac.spark.data.TableScan;
import io.kfac.spark.table.ColumnFit.Measure;
import io.kfac.spark.table.ColumnFit.Summary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From the sums of one column to its ranked fits, or the reason why there are none. */
final class ColumnFitter {
    /** Bars of a histogram. */
    static final int BINS = 48;

    /** Of real numbers hardly any come twice. */
    private static final double MEAN_REPEATS = 2;

    private final List<Univariate> families;

    /** @param families candidates; those that cannot have a column's values are passed over */
    ColumnFitter(List<Univariate> families) {
        this.families = families;
    }

    /** What a column of numbers is. */
    enum Nature {
        EMPTY,
        CONSTANT,
        COUNTS,
        ROUNDED,
        REALS
    }

    static Nature nature(NumberSums column) {
        Evidence evidence = column.evidence();
        if (evidence.rows() == 0) {
            return Nature.EMPTY;
        }
        if (evidence.min() == evidence.max()) {
            return Nature.CONSTANT;
        }
        boolean repeats = column.counted()
                && evidence.rows() >= MEAN_REPEATS * column.values().kept();
        if (!repeats) {
            return Nature.REALS;
        }
        return evidence.integers() && evidence.min() >= 0 ? Nature.COUNTS : Nature.ROUNDED;
    }

    /** @param cells of the second pass, or of a sample; empty where there are none */
    ColumnFit numbers(String key, String name, NumberSums column, Optional<CellSums.Column> cells, boolean checked) {
        Evidence evidence = column.evidence();
        Result result =
                switch (nature(column)) {
                    case EMPTY -> Result.refused("it has no value in any row");
                    case CONSTANT ->
                        Result.refused("all of its values are %s: no likelihood has a maximum there"
                                .formatted(evidence.min()));
                    case ROUNDED -> Result.refused(rounded(column));
                    case COUNTS -> counts((ValueEvidence) evidence);
                    case REALS -> reals(evidence, cells, checked);
                };
        Optional<Summary> summary = evidence.rows() == 0
                ? Optional.empty()
                : Optional.of(new Summary(
                        evidence.min(),
                        evidence.max(),
                        evidence.mean(),
                        Math.sqrt(evidence.variance()),
                        cells.map(ColumnFitter::quartiles)));
        List<String> notes = new ArrayList<>(result.notes);
        if (column.notFinite() > 0) {
            notes.add("%,d values are NaN or infinite, and left out".formatted(column.notFinite()));
        }
        return new ColumnFit(
                key,
                name,
                result.measure,
                (long) evidence.rows(),
                column.missing(),
                column.notFinite(),
                summary,
                result.ranked,
                result.fitness,
                result.histogram,
                Map.of(),
                result.refused,
                notes);
    }

    private static ColumnFit.Quartiles quartiles(CellSums.Column column) {
        Cells cells = column.cells();
        return new ColumnFit.Quartiles(cells.quantile(0.25), cells.quantile(0.5), cells.quantile(0.75));
    }

    private static String rounded(NumberSums column) {
        String what = column.evidence().integers()
                ? "its values are whole numbers, some below 0, and only %,d different ones in %,.0f rows"
                : "its values are rounded, only %,d different ones in %,.0f rows";
        return (what + ": the likelihood of a density is unbounded there")
                .formatted(column.values().kept(), column.evidence().rows());
    }

    private record Result(
            Measure measure,
            List<FamilyFit> ranked,
            List<Fitness> fitness,
            Optional<Histogram> histogram,
            Optional<String> refused,
            List<String> notes) {
        static Result refused(String why) {
            return new Result(Measure.NONE, List.of(), List.of(), Optional.empty(), Optional.of(why), List.of());
        }
    }

    private Result counts(ValueEvidence evidence) {
        List<FamilyFit> ranked = candidates(evidence, true);
        ranked.addAll(KnownParameters.counts(evidence));
        ranked = ranked(ranked);
        List<Fitness> fitness =
                ranked.stream().map(fit -> Fitness.of(fit, evidence)).toList();
        return new Result(
                Measure.COUNTING,
                ranked,
                fitness,
                Optional.of(Histogram.of(evidence, 2 * BINS)),
                Optional.empty(),
                List.of());
    }

    private Result reals(Evidence sums, Optional<CellSums.Column> cells, boolean checked) {
        List<String> notes = new ArrayList<>();
        boolean inMemory = sums instanceof ValueEvidence;
        if (sums.integers()) {
            notes.add(
                    inMemory
                            ? "its values are whole numbers, taken for real ones: hardly any comes twice"
                            : "its values are whole numbers, too many different ones to be counted, and taken for real ones: families of"
                                    + " counts are not tried");
        }
        Evidence evidence = inMemory || cells.isEmpty() || !checked ? sums : new CellEvidence(sums, cells.get());
        List<FamilyFit> ranked = candidates(evidence, false);
        double median = cells.filter(unused -> inMemory || checked)
                .map(column -> column.cells().quantile(0.5))
                .orElse(Double.NaN);
        ranked.addAll(KnownParameters.densities(evidence, median));
        ranked = ranked(ranked);
        List<Fitness> fitness = cells.isEmpty() || !(checked || inMemory)
                ? List.of()
                : ranked.stream()
                        .map(fit -> Fitness.of(fit, cells.get().cells()))
                        .toList();
        Optional<Histogram> histogram = cells.map(column -> Histogram.of(column.cells(), column.grid()));
        Optional<String> none = ranked.isEmpty() ? Optional.of("no family can have its values") : Optional.empty();
        return new Result(Measure.LEBESGUE, ranked, fitness, histogram, none, notes);
    }

    private List<FamilyFit> candidates(Evidence evidence, boolean counting) {
        List<FamilyFit> fits = new ArrayList<>();
        for (Univariate family : families) {
            if (family.support().counting() == counting && evidence.suits(family)) {
                evidence.fit(family, 0).ifPresent(fits::add);
            }
        }
        return fits;
    }

    private static List<FamilyFit> ranked(List<FamilyFit> fits) {
        return fits.stream().sorted(Comparator.comparingDouble(FamilyFit::aic)).toList();
    }

    static ColumnFit categories(String key, String name, CategoryCounts counts) {
        Optional<String> refused = Optional.empty();
        if (counts.beyond() > 0) {
            refused = Optional.of("it has more than %,d categories".formatted(TableScan.MOST_CATEGORIES));
        } else if (counts.counts().isEmpty()) {
            refused = Optional.of("it has no value in any row");
        } else if (counts.counts().size() == 1) {
            refused = Optional.of("all of its values are '%s'"
                    .formatted(counts.counts().keySet().iterator().next()));
        }
        return new ColumnFit(
                key,
                name,
                refused.isPresent() ? Measure.NONE : Measure.CATEGORIES,
                counts.rows() + counts.beyond(),
                counts.missing(),
                0,
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                refused.isPresent() ? Map.of() : counts.counts(),
                refused,
                List.of());
    }
}
