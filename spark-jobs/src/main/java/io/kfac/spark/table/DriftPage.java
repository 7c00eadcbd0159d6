package io.kfac.spark.table;

import io.kfac.spark.report.Chart;
import io.kfac.spark.report.Shell;
import io.kfac.spark.report.html.JtedriftGenerated;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A {@link DriftResult} as one self-contained HTML page: this is what its template asks for. */
public final class DriftPage {
    private final DriftResult result;
    private final Optional<Chart> plane;
    private final List<Chart> densities;
    private final List<Chart> shares;
    private final List<Chart> spheres;

    private DriftPage(DriftResult result) {
        this.result = result;
        this.plane = DriftCharts.plane(result);
        this.densities = DriftShapes.numbers(result);
        this.shares = DriftShapes.shares(result);
        this.spheres = DriftCharts.spheres(result);
    }

    public static String render(DriftResult result) {
        DriftPage page = new DriftPage(result);
        List<Chart> charts = new ArrayList<>(page.plane.stream().toList());
        charts.addAll(page.densities);
        charts.addAll(page.shares);
        charts.addAll(page.spheres);
        Shell shell = Shell.of(page.title(), charts);
        return Shell.render(out -> JtedriftGenerated.render(out, null, shell, page));
    }

    /** One comparison in the table. */
    public record Line(
            String name,
            String family,
            String moved,
            String interval,
            String p,
            String distance,
            String kl,
            String members,
            List<String> notes,
            boolean alarm) {}

    public String title() {
        return "Drift from %s to %s".formatted(result.reference(), result.current());
    }

    public String sentence() {
        List<String> names = result.columns().stream()
                .filter(DriftResult.Judged::alarm)
                .map(one -> one.drift().name())
                .toList();
        if (result.columns().isEmpty()) {
            return "Nothing could be compared.";
        }
        String what = Pages.plural(result.columns().size(), "comparison");
        return names.isEmpty()
                ? "No drift: none of %s alarms.".formatted(what)
                : "Drift: %d of %s %s: %s."
                        .formatted(
                                names.size(), what, names.size() == 1 ? "alarms" : "alarm", String.join(", ", names));
    }

    public boolean drifts() {
        return result.alarms() > 0;
    }

    public String note() {
        DriftOptions options = result.options();
        return ("%s rows against %s. Movements are Fisher-Rao angles, 0 to 3.14, less what chance adds; a mean that moves by a tenth of"
                        + " a standard deviation is 0.1. A comparison alarms when the lower limit of its %s%% interval exceeds %s and its"
                        + " p-value, adjusted for all comparisons (%s), is at most %s. P-values come from %s permutations of %d groups of rows, and"
                        + " hold for any distribution of independent rows; intervals are the bootstrap's, and approximate.")
                .formatted(
                        Pages.count(result.currentRows()),
                        Pages.count(result.referenceRows()),
                        Pages.number(100 * (1 - options.level())),
                        Pages.number(options.threshold()),
                        options.adjustment().name().toLowerCase(Locale.ROOT),
                        Pages.number(options.level()),
                        Pages.count(result.permutations()),
                        result.groups().reference() + result.groups().current());
    }

    public List<Line> lines() {
        return result.columns().stream().map(DriftPage::line).toList();
    }

    /** Rounding of what is 0 is 0. */
    private static String number(double x) {
        return Pages.number(x < 1e-12 ? 0 : x);
    }

    private static Line line(DriftResult.Judged judged) {
        ColumnDrift drift = judged.drift();
        return new Line(
                drift.name(),
                drift.family(),
                Pages.number(round(drift.interval().estimate())),
                "%s to %s"
                        .formatted(
                                Pages.number(round(drift.interval().lower())),
                                Pages.number(round(drift.interval().upper()))),
                Pages.number(judged.adjusted()),
                drift.distance().map(DriftPage::number).orElse("–"),
                "%s, %s".formatted(number(drift.forwardKl()), number(drift.reverseKl())),
                DriftCharts.members(drift),
                drift.notes(),
                judged.alarm());
    }

    private static double round(double angle) {
        return Math.rint(angle * 1e4) / 1e4;
    }

    public Optional<Chart> plane() {
        return plane;
    }

    public List<Chart> densities() {
        return densities;
    }

    /** What the densities are drawn from. */
    public String densitiesNote() {
        return densities.isEmpty() ? "" : DriftShapes.note(result);
    }

    public List<Chart> shares() {
        return shares;
    }

    public List<Chart> spheres() {
        return spheres;
    }

    /** Columns that are not compared, and why. */
    public Map<String, String> refused() {
        return result.refused();
    }

    public List<String> notes() {
        return result.notes();
    }
}
