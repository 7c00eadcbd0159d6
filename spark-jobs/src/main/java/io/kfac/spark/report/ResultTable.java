package io.kfac.spark.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What each optimizer took to get to a target, and where it was in the end. @param caption names the target */
public record ResultTable(String caption, List<String> head, List<Row> rows) {

    /** @param colour of the optimizer on all charts @param best whether it got there first */
    public record Row(String label, int colour, boolean dashed, boolean best, List<Cell> cells) {}

    /** @param spread over seeds; "" for none @param style a class of the style sheet, or "" */
    public record Cell(String text, String spread, String style) {
        static Cell of(String text) {
            return new Cell(text, "", "");
        }
    }

    static ResultTable of(Comparison comparison, Target target) {
        List<String> head = new ArrayList<>(List.of("optimizer", "time"));
        if (comparison.hasBaselines()) {
            head.add("speed against the best baseline");
        }
        head.addAll(List.of("epochs", "Spark jobs", "bytes sent"));
        List<Quantity> ends = ends(comparison);
        ends.forEach(quantity -> head.add("final " + quantity.label()));
        List<Row> rows = comparison.groups().stream()
                .sorted(Comparator.<Group>comparingDouble(group ->
                                orInfinity(group.toReach(target, Across.SECONDS).median()))
                        .thenComparingDouble(group ->
                                orInfinity(group.best(comparison.quantity()).median())))
                .map(group -> row(comparison, target, group, ends))
                .toList();
        return new ResultTable("To a " + target.text(), List.copyOf(head), rows);
    }

    private static double orInfinity(double value) {
        return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value;
    }

    private static List<Quantity> ends(Comparison comparison) {
        return List.of(comparison.quantity(), Quantity.TEST_LOSS, Quantity.ACCURACY).stream()
                .distinct()
                .filter(quantity -> comparison.groups().stream()
                        .anyMatch(group -> group.last(quantity).measured()))
                .toList();
    }

    private static Row row(Comparison comparison, Target target, Group group, List<Quantity> ends) {
        List<Cell> cells = new ArrayList<>();
        cells.add(amount(group, target, Across.SECONDS));
        if (comparison.hasBaselines()) {
            cells.add(ratio(comparison, group, target));
        }
        cells.add(amount(group, target, Across.EPOCHS));
        cells.add(amount(group, target, Across.JOBS));
        cells.add(amount(group, target, Across.BYTES));
        ends.forEach(quantity -> cells.add(end(group, quantity)));
        double own = group.toReach(target, Across.SECONDS).median();
        boolean best = Double.isFinite(own)
                && comparison.groups().stream()
                        .noneMatch(
                                other -> other.toReach(target, Across.SECONDS).median() < own);
        return new Row(name(group), group.colour(), group.baseline(), best, cells);
    }

    static String name(Group group) {
        return group.label() + (group.tuned() ? ", tuned" : "");
    }

    private static Cell amount(Group group, Target target, Across across) {
        Spread spread = group.toReach(target, across);
        if (!spread.measured()) {
            return new Cell("not measured", "", "muted");
        }
        if (!spread.reached() && across != Across.SECONDS) {
            return new Cell("–", "", "muted");
        }
        if (!spread.reached()) {
            return new Cell(
                    "not reached",
                    spread.known() > 0 ? "but by %d of %d seeds".formatted(spread.known(), spread.of()) : "",
                    "muted");
        }
        String missing = spread.known() < spread.of()
                ? "%d of %d not reached".formatted(spread.of() - spread.known(), spread.of())
                : range(across.text(spread.least()), across.text(spread.most()));
        return new Cell(across.text(spread.median()), missing, "");
    }

    private static Cell ratio(Comparison comparison, Group group, Target target) {
        double ratio = comparison.ratio(group, target, Across.SECONDS);
        if (Double.isNaN(ratio)) {
            double least = group.baseline() ? 0 : comparison.leastRatio(group, target);
            return least > 1 ? new Cell("over " + Numbers.times(least), "", "better") : new Cell("–", "", "muted");
        }
        return new Cell(Numbers.times(ratio), "", group.baseline() || ratio == 1 ? "" : ratio > 1 ? "better" : "worse");
    }

    private static Cell end(Group group, Quantity quantity) {
        Spread spread = group.last(quantity);
        return spread.measured()
                ? new Cell(
                        quantity.text(spread.median()),
                        range(quantity.text(spread.least()), quantity.text(spread.most())),
                        "")
                : new Cell("–", "", "muted");
    }

    /** Nothing where it says nothing. */
    private static String range(String least, String most) {
        return least.equals(most) ? "" : least + " – " + most;
    }
}
