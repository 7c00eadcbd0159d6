package io.kfac.spark.table;

import io.kfac.spark.report.Chart;
import io.kfac.spark.report.Shell;
import io.kfac.spark.report.html.JtefitGenerated;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A {@link FitResult} as one self-contained HTML page: this is what its template asks for. */
public final class FitPage {
    /** Columns that are drawn: each takes some ten kilobytes. */
    private static final int MOST_DRAWN = 100;

    private final FitResult result;
    private final List<Drawn> drawn = new ArrayList<>();
    private final List<Chart> planes;

    private FitPage(FitResult result) {
        this.result = result;
        this.planes = result.key().isPresent()
                ? FitCharts.planes(result)
                : FitCharts.columns(result).stream().toList();
        for (ColumnFit column : result.columns()) {
            if (column.refused().isEmpty() && drawn.size() < MOST_DRAWN) {
                drawn.add(new Drawn(column, FitCharts.of(column, "c" + drawn.size())));
            }
        }
    }

    public static String render(FitResult result) {
        FitPage page = new FitPage(result);
        List<Chart> charts = new ArrayList<>(page.planes);
        page.drawn.forEach(one -> charts.addAll(one.charts()));
        Shell shell = Shell.of(page.title(), charts);
        return Shell.render(out -> JtefitGenerated.render(out, null, shell, page));
    }

    /** A column's charts, and the line of the ranked table that each fit has. */
    public record Drawn(ColumnFit fit, List<Chart> charts) {
        public String name() {
            return fit.name();
        }

        public String caption() {
            List<String> parts = new ArrayList<>();
            parts.add("%s values".formatted(Pages.count(fit.rows())));
            if (fit.missing() > 0) {
                parts.add("%s rows without one".formatted(Pages.count(fit.missing())));
            }
            fit.summary()
                    .ifPresent(s -> parts.add("from %s to %s, mean %s, standard deviation %s"
                            .formatted(
                                    Pages.number(s.min()),
                                    Pages.number(s.max()),
                                    Pages.number(s.mean()),
                                    Pages.number(s.sd()))));
            parts.addAll(fit.notes());
            return String.join("; ", parts) + ".";
        }

        public List<Line> lines() {
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < fit.ranked().size(); i++) {
                lines.add(Line.of(fit, i));
            }
            return lines;
        }

        /** The most frequent categories with their shares and standard errors. */
        public Map<String, String> shares() {
            Map<String, String> shares = new LinkedHashMap<>();
            double rows = fit.rows();
            fit.categories().entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .limit(20)
                    .forEach(one -> {
                        double p = one.getValue() / rows;
                        shares.put(
                                one.getKey(),
                                "%s%% ± %s"
                                        .formatted(
                                                Pages.number(100 * p),
                                                Pages.number(100 * Math.sqrt(p * (1 - p) / rows))));
                    });
            return shares;
        }
    }

    /** A fit in a table. @param above how much larger its AIC is than the best */
    public record Line(String column, String family, String parameters, String aic, String above, String distance) {
        static Line of(ColumnFit column, int rank) {
            FamilyFit fit = column.ranked().get(rank);
            List<String> parameters = new ArrayList<>();
            for (int i = 0; i < fit.parameters().length; i++) {
                parameters.add("%s %s ± %s"
                        .formatted(
                                fit.parameterNames().get(i),
                                Pages.number(fit.parameters()[i]),
                                Pages.number(fit.errors()[i])));
            }
            double above = fit.aic() - column.ranked().get(0).aic();
            return new Line(
                    column.name(),
                    FitCharts.title(fit),
                    String.join(", ", parameters),
                    Pages.number(fit.aic()),
                    rank == 0 ? "best" : "+" + Pages.number(above),
                    rank < column.fitness().size()
                            ? Pages.number(column.fitness().get(rank).distance())
                            : "–");
        }
    }

    public String title() {
        return "Distributions of " + result.table();
    }

    /** Which families the columns have. */
    public String sentence() {
        Map<String, Integer> families = new TreeMap<>();
        for (ColumnFit column : result.columns()) {
            column.best().ifPresent(fit -> families.merge(FitCharts.kind(fit), 1, Integer::sum));
            if (column.measure() == ColumnFit.Measure.CATEGORIES) {
                families.merge("categorical", 1, Integer::sum);
            }
        }
        List<String> parts = new ArrayList<>();
        families.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .forEach(one -> parts.add("%d %s".formatted(one.getValue(), one.getKey())));
        String what = Pages.plural(result.columns().size(), "column")
                + result.key().map(key -> " by " + key).orElse("");
        return parts.isEmpty()
                ? "None of %s could be fitted.".formatted(what)
                : "Of %s of %s rows, the best fits are %s."
                        .formatted(what, Pages.count(result.rows()), String.join(", ", parts));
    }

    public String note() {
        String checked = result.checked()
                ? " Distance is Kolmogorov's, the largest difference of the fitted and the counted distribution function."
                : " Read in one pass: fits are not checked, and histograms are those of a sample.";
        return "Families are ranked by Akaike's criterion, the smaller the better, among families of the same measure only."
                + " Standard errors hold whether a family is right or not; where its name has a number in brackets that was estimated, as if"
                + " that number were known." + checked;
    }

    public List<Line> best() {
        return result.columns().stream()
                .filter(column -> !column.ranked().isEmpty())
                .map(column -> Line.of(column, 0))
                .toList();
    }

    public List<String> second() {
        return result.columns().stream()
                .filter(column -> !column.ranked().isEmpty())
                .map(column -> column.ranked().size() < 2
                        ? "–"
                        : "%s +%s"
                                .formatted(
                                        FitCharts.title(column.ranked().get(1)),
                                        Pages.number(column.ranked().get(1).aic()
                                                - column.ranked().get(0).aic())))
                .toList();
    }

    /** Of all columns together, or of each that is fitted by key. */
    public List<Chart> planes() {
        return planes;
    }

    public boolean byKey() {
        return result.key().isPresent();
    }

    public List<Drawn> drawn() {
        return drawn;
    }

    /** Columns without a fit, and why. */
    public Map<String, String> refused() {
        Map<String, String> refused = new LinkedHashMap<>();
        result.columns().forEach(column -> column.refused().ifPresent(why -> refused.put(column.name(), why)));
        refused.putAll(result.unusable());
        return refused;
    }

    public List<String> notes() {
        List<String> notes = new ArrayList<>(result.notes());
        if (result.fitted() > drawn.size()) {
            notes.add("%s of %s are drawn; fit.json has all"
                    .formatted(drawn.size(), Pages.plural(result.fitted(), "fitted column")));
        }
        return notes;
    }
}
