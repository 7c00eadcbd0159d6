package io.kfac.spark.table;

import io.kfac.family.Categoricals;
import io.kfac.family.DuallyFlat;
import io.kfac.family.Family;
import io.kfac.family.Mean;
import io.kfac.family.MultivariateNormals;
import io.kfac.family.Univariate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is compared of two tables, or why it is not.
 * @param column   its name, or what the joint distribution is of
 * @param family   in which both are described
 * @param sums     of the family's statistics, by group
 * @param standard units of the family's members, for columns of numbers
 * @param moments  of numbers: mean and standard deviation in the reference table, then in the current one; empty for others
 * @param labels   of categories, or of the columns of a joint distribution
 * @param constant on which side all numbers are equal: no member fits them, though rounding may make it seem so
 * @param refused  why there is nothing to compare; then family and sums mean nothing
 */
record Comparison(
        String column,
        Part part,
        Optional<Family> family,
        GroupedSums sums,
        Standard standard,
        double[] moments,
        List<String> labels,
        Constant constant,
        Optional<String> refused,
        List<String> notes) {

    /** What of the column. */
    enum Part {
        VALUES("values"),
        MISSING("missing values"),
        JOINT("joint distribution");

        private final String title;

        Part(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** Tables in which all of a column's numbers are equal. */
    record Constant(boolean reference, boolean current) {
        static final Constant NEITHER = new Constant(false, false);
    }

    private static final double[] NONE = {};
    private static final GroupedSums NOTHING = new GroupedSums(new double[0][], new double[0][]);

    static Comparison refused(String column, Part part, String why, List<String> notes) {
        return new Comparison(
                column,
                part,
                Optional.empty(),
                NOTHING,
                Standard.RAW,
                NONE,
                List.of(),
                Constant.NEITHER,
                Optional.of(why),
                notes);
    }

    static Comparison numbers(
            String column,
            Univariate family,
            Standard standard,
            GroupedSums sums,
            double[] moments,
            Constant constant,
            List<String> notes) {
        return new Comparison(
                column,
                Part.VALUES,
                Optional.of(family),
                sums,
                standard,
                moments,
                List.of(),
                constant,
                Optional.empty(),
                notes);
    }

    static Comparison categories(String column, Part part, List<String> labels, GroupedSums sums, List<String> notes) {
        Family family = new Categoricals(labels.size());
        return new Comparison(
                column,
                part,
                Optional.of(family),
                sums,
                Standard.RAW,
                NONE,
                labels,
                Constant.NEITHER,
                Optional.empty(),
                notes);
    }

    static Comparison joint(List<String> columns, GroupedSums sums, List<String> notes) {
        Family family = new MultivariateNormals(columns.size());
        return new Comparison(
                "%d columns together".formatted(columns.size()),
                Part.JOINT,
                Optional.of(family),
                sums,
                Standard.RAW,
                NONE,
                columns,
                Constant.NEITHER,
                Optional.empty(),
                notes);
    }

    boolean isRefused() {
        return refused.isPresent();
    }

    /** @param resampling of as many groups @param level of error of the interval */
    ColumnDrift measure(Resampling resampling, double level) {
        Family kind = family.orElseThrow();
        Contrast contrast = Contrast.of(kind);
        double[] reference = GroupedSums.total(sums.reference());
        double[] current = GroupedSums.total(sums.current());
        Mean p = Contrast.mean(reference);
        Mean q = Contrast.mean(current);
        boolean fitsReference = kind.contains(p) && !constant.reference;
        boolean fitsCurrent = kind.contains(q) && !constant.current;
        boolean both = fitsReference && fitsCurrent;
        boolean numbers = !(kind instanceof Categoricals);
        double angle = numbers && !both ? Math.PI : contrast.angle(reference, current);
        List<String> said = new ArrayList<>(notes);
        if (part == Part.VALUES && numbers) {
            sayConstant(fitsReference, "reference", said);
            sayConstant(fitsCurrent, "current", said);
        }
        Optional<Double> distance = !numbers
                ? Optional.of(angle)
                : kind.fisherRao()
                        .filter(unused -> both)
                        .map(geometry -> geometry.distance(kind.natural(p), kind.natural(q)));
        return new ColumnDrift(
                column,
                part,
                kind.name(),
                reference[0],
                current[0],
                member(kind, p, fitsReference),
                member(kind, q, fitsCurrent),
                labels,
                moments,
                angle,
                resampling.interval(sums, contrast, angle, level),
                distance,
                numbers && !both ? Double.POSITIVE_INFINITY : divergence(kind, p, q),
                numbers && !both ? Double.POSITIVE_INFINITY : divergence(kind, q, p),
                resampling.pValue(sums, contrast, angle),
                said);
    }

    private static void sayConstant(boolean fits, String table, List<String> notes) {
        if (!fits) {
            notes.add("constant in the %s table".formatted(table));
        }
    }

    /** KL(p || q), infinite where p has values that q has not. */
    private static double divergence(Family family, Mean p, Mean q) {
        return family.contains(q)
                ? new DuallyFlat(family).fenchelYoungGap(family.natural(q), p)
                : Double.POSITIVE_INFINITY;
    }

    /** Usual parameters in the data's units; probabilities of categories; nothing of joint distributions. */
    private double[] member(Family kind, Mean mean, boolean fits) {
        if (kind instanceof Categoricals) {
            return mean.values();
        }
        if (part == Part.JOINT || !fits) {
            return new double[0];
        }
        return standard.restore(kind.usual(kind.natural(mean)));
    }
}
