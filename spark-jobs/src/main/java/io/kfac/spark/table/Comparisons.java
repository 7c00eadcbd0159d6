package io.kfac.spark.table;

import io.kfac.family.Estimate;
import io.kfac.family.Families;
import io.kfac.family.Univariate;
import io.kfac.spark.data.ScanColumns;
import io.kfac.spark.data.TableScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What is to be compared of two tables, column by column, decided by both tables together: which one a row is from plays no part in it. */
final class Comparisons {
    /** Families of two parameters: they see both the level and the spread of a column. */
    static final List<Univariate> FAMILIES = List.of("normal", "gamma", "inverse-gaussian", "beta").stream()
            .map(name -> (Univariate) Families.named(name))
            .toList();

    private final ScanColumns columns;
    private final DriftSums reference;
    private final DriftSums current;
    private final Map<String, Univariate> families;
    private final List<Comparison> all = new ArrayList<>();
    private final List<Integer> jointly = new ArrayList<>();

    private Comparisons(ScanColumns columns, DriftSums reference, DriftSums current, Map<String, Univariate> families) {
        this.columns = columns;
        this.reference = reference;
        this.current = current;
        this.families = families;
    }

    /** Of numbers, of categories, of missing values, of numbers together. */
    static List<Comparison> of(
            ScanColumns columns, DriftSums reference, DriftSums current, Map<String, Univariate> families) {
        Comparisons comparisons = new Comparisons(columns, reference, current, families);
        for (int j = 0; j < columns.numbers().size(); j++) {
            comparisons.number(j);
        }
        for (int j = 0; j < columns.categories().size(); j++) {
            comparisons.category(j);
        }
        comparisons.joint();
        return comparisons.all;
    }

    private void number(int j) {
        String name = columns.numbers().get(j);
        NumberGroups here = reference.number(j);
        NumberGroups there = current.number(j);
        List<String> notes = new ArrayList<>();
        if (here.notFinite() + there.notFinite() > 0) {
            notes.add(
                    "%,d values of the reference and %,d of the current table are NaN or infinite, and count as missing"
                            .formatted(here.notFinite(), there.notFinite()));
        }
        all.add(values(j, name, here, there, notes));
        missing(name, here.missing(), here.rows(), there.missing(), there.rows());
    }

    private Comparison values(int j, String name, NumberGroups here, NumberGroups there, List<String> notes) {
        double rowsHere = sum(here.rows());
        double rowsThere = sum(there.rows());
        if (rowsHere == 0 || rowsThere == 0) {
            String where = rowsHere > 0 ? "the current table" : rowsThere > 0 ? "the reference table" : "either table";
            return Comparison.refused(name, Comparison.Part.VALUES, "it has no value in " + where, notes);
        }
        TreeSet<Double> values = new TreeSet<>();
        Arrays.stream(here.values()).forEach(values::add);
        Arrays.stream(there.values()).forEach(values::add);
        Optional<Univariate> given = Optional.ofNullable(families.get(name));
        if (given.isEmpty() && here.few() && there.few() && values.size() <= NumberGroups.FEW_VALUES) {
            notes.add("%d different values, compared as categories".formatted(values.size()));
            List<Double> list = List.copyOf(values);
            return new Categories(
                            list.stream().map(Comparisons::label).toList(),
                            list.stream().map(here::times).toList(),
                            list.stream().map(there::times).toList())
                    .compare(name, values.size() == 1 ? List.of() : notes);
        }
        PooledMeans pooled = PooledMeans.of(here, there);
        Optional<Univariate> family = given.isPresent() ? given : best(pooled);
        if (family.isEmpty()
                || !pooled.suits(family.get())
                || pooled.estimate(family.get()).isEmpty()) {
            String why = given.map(f -> "%s is given for it, and its values are not all in %s, or all equal"
                            .formatted(f.name(), f.support()))
                    .orElse("no family can have its values");
            return Comparison.refused(name, Comparison.Part.VALUES, why, notes);
        }
        if (pooled.integers() && given.isEmpty()) {
            notes.add("whole numbers, compared by mean and spread");
        }
        Univariate chosen = family.get();
        jointly.add(j);
        Standard standard = pooled.standard(chosen);
        GroupedSums sums =
                new GroupedSums(here.sums(chosen.statistics(), standard), there.sums(chosen.statistics(), standard));
        Comparison.Constant constant = new Comparison.Constant(here.min() == here.max(), there.min() == there.max());
        return Comparison.numbers(name, chosen, standard, sums, moments(here, there), constant, notes);
    }

    private static double[] moments(NumberGroups here, NumberGroups there) {
        PooledMeans one = PooledMeans.of(here, here);
        PooledMeans other = PooledMeans.of(there, there);
        return new double[] {one.mean(), Math.sqrt(one.variance()), other.mean(), Math.sqrt(other.variance())};
    }

    /** Of rounded numbers the normal distribution: densities say nothing about them, but they have a mean and a spread. */
    private static Optional<Univariate> best(PooledMeans pooled) {
        if (pooled.integers()) {
            return Optional.of(FAMILIES.get(0));
        }
        return FAMILIES.stream()
                .filter(pooled::suits)
                .flatMap(family -> pooled.estimate(family).stream())
                .min(Comparator.comparingDouble(Estimate::aic))
                .map(estimate -> (Univariate) estimate.family());
    }

    private static String label(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private void category(int j) {
        String name = columns.categories().get(j);
        CategoryGroups here = reference.category(j);
        CategoryGroups there = current.category(j);
        all.add(shares(name, here, there));
        missing(name, here.missing(), here.present(), there.missing(), there.present());
    }

    private static Comparison shares(String name, CategoryGroups here, CategoryGroups there) {
        if (here.beyond() || there.beyond()) {
            String many = "it has more than %,d categories".formatted(TableScan.MOST_CATEGORIES);
            return Comparison.refused(name, Comparison.Part.VALUES, many, List.of());
        }
        List<String> labels = new ArrayList<>(new TreeSet<>(union(here, there)));
        if (labels.isEmpty()) {
            return Comparison.refused(name, Comparison.Part.VALUES, "it has no value in either table", List.of());
        }
        return new Categories(
                        labels,
                        labels.stream().map(label -> counts(here, label)).toList(),
                        labels.stream().map(label -> counts(there, label)).toList())
                .compare(name, List.of());
    }

    private static List<String> union(CategoryGroups here, CategoryGroups there) {
        List<String> union = new ArrayList<>(here.counts().keySet());
        union.addAll(there.counts().keySet());
        return union;
    }

    private static double[] counts(CategoryGroups side, String label) {
        int[] counts = side.counts().get(label);
        double[] rows = new double[side.groups()];
        for (int g = 0; counts != null && g < rows.length; g++) {
            rows[g] = counts[g];
        }
        return rows;
    }

    /** Whether values are there at all may have changed as well. */
    private void missing(String name, double[] here, double[] rowsHere, double[] there, double[] rowsThere) {
        if (sum(here) + sum(there) == 0) {
            return;
        }
        if (sum(rowsHere) + sum(rowsThere) > 0) {
            GroupedSums sums = new GroupedSums(pairs(rowsHere, here), pairs(rowsThere, there));
            all.add(Comparison.categories(
                    name, Comparison.Part.MISSING, List.of("present", "missing"), sums, List.of()));
        }
    }

    private static double[][] pairs(double[] present, double[] missing) {
        double[][] pairs = new double[present.length][];
        for (int g = 0; g < pairs.length; g++) {
            pairs[g] = new double[] {present[g] + missing[g], present[g], missing[g]};
        }
        return pairs;
    }

    private void joint() {
        if (jointly.size() < 2) {
            return;
        }
        if (reference.joint().isEmpty()) {
            all.add(Comparison.refused(
                    "%d columns together".formatted(jointly.size()),
                    Comparison.Part.JOINT,
                    "the table has more than %d columns of numbers. Remedy: --columns A,B,..."
                            .formatted(DriftSums.MOST_JOINT),
                    List.of()));
            return;
        }
        int[] wanted = jointly.stream().mapToInt(Integer::intValue).toArray();
        Standard[] standards = new Standard[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            PooledMeans pooled = PooledMeans.of(reference.number(wanted[i]), current.number(wanted[i]));
            standards[i] = new Standard(pooled.mean(), Math.sqrt(pooled.variance()));
        }
        JointGroups here = reference.joint().get();
        JointGroups there = current.joint().orElseThrow();
        List<String> names = jointly.stream().map(columns.numbers()::get).toList();
        GroupedSums sums = new GroupedSums(here.sums(wanted, standards), there.sums(wanted, standards));
        Comparison comparison = Comparison.joint(names, sums, whole(here, there));
        double[] pooled = sums.pooled();
        boolean regular = pooled[0] > 0 && comparison.family().orElseThrow().contains(Contrast.mean(pooled));
        all.add(
                regular
                        ? comparison
                        : Comparison.refused(
                                comparison.column(),
                                Comparison.Part.JOINT,
                                "too few rows have all of the table's columns of numbers, or some are combinations of others."
                                        + " Remedy: --drop, for columns that are mostly missing",
                                List.of()));
    }

    private List<String> whole(JointGroups here, JointGroups there) {
        double rows = sum(here.rows()) + sum(there.rows());
        double all = reference.rows() + current.rows();
        return rows < all
                ? List.of("%,.0f of %,.0f rows have all of the table's columns of numbers".formatted(rows, all))
                : List.of();
    }

    private static double sum(double[] x) {
        return Arrays.stream(x).sum();
    }
}
