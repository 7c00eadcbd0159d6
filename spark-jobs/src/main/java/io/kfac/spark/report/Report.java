package io.kfac.spark.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.Json;
import io.kfac.spark.report.html.JtereportGenerated;
import java.util.List;
import java.util.Map;

/** Run logs as one page, with the same in JSON and CSV beside it. */
public final class Report {
    private final String title;
    private final List<Run> runs;
    private final Comparison comparison;

    private Report(String title, List<Run> runs, Comparison comparison) {
        this.title = title;
        this.runs = runs;
        this.comparison = comparison;
    }

    /**
     * Reads the runs.
     * @param targets empty: chosen from what the runs reached
     * @throws BadInput if there is none, or one has no log
     */
    public static Report of(String title, List<RunFiles> directories, List<Target> targets) {
        if (directories.isEmpty()) {
            throw new BadInput("Cannot report on no runs. Remedy: give directories that kfac train or compare wrote");
        }
        List<Run> runs = directories.stream().map(RunReader::read).toList();
        return new Report(title, runs, Comparison.of(runs, targets));
    }

    /** The comparison in a sentence. */
    public String sentence() {
        return new Verdict(comparison).sentence();
    }

    /** What the reports are called, and what is in them. */
    public Map<String, String> files() {
        return Map.of(
                "report.html",
                html(),
                "report.json",
                Json.pretty(json()),
                "report.csv",
                ReportCsv.of(comparison, runs));
    }

    String html() {
        ReportPage page = ReportPage.of(title, comparison, runs);
        Shell shell = Shell.of(title, page.charts());
        return Shell.render(out -> JtereportGenerated.render(out, null, shell, page));
    }

    ObjectNode json() {
        return ReportJson.of(title, comparison, runs);
    }
}
