package io.kfac.spark.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.engine.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the template {@code report.jte} shows, in words and charts.
 * @param note     how the numbers of the first screen came about
 * @param headline the table of the first screen; empty where no target was reached
 * @param others   tables of the other targets
 * @param losses   where second order loses
 * @param remarks  what a reader must know of single optimizers
 * @param problems of single runs
 */
public record ReportPage(
        String title,
        String sentence,
        String note,
        Optional<ResultTable> headline,
        List<ResultTable> others,
        List<String> losses,
        boolean compares,
        List<String> remarks,
        List<Section> sections,
        List<RunRow> runs,
        List<String> problems,
        Map<String, String> setup,
        Map<String, String> environment,
        String command,
        String configuration) {

    /** Charts under a heading. @param first the one that is as wide as the page */
    public record Section(String title, String caption, Optional<Chart> first, List<Chart> rest) {
        public boolean isEmpty() {
            return first.isEmpty() && rest.isEmpty();
        }
    }

    /** A run in the list of all. */
    public record RunRow(
            String label,
            String settings,
            long seed,
            String steps,
            String seconds,
            String jobs,
            String bytes,
            String loss,
            String status,
            boolean good) {}

    static ReportPage of(String title, Comparison comparison, List<Run> runs) {
        Verdict verdict = new Verdict(comparison);
        Optional<Target> headline = comparison.headline();
        List<ResultTable> others = comparison.targets().stream()
                .filter(target -> headline.filter(target::equals).isEmpty())
                .map(target -> ResultTable.of(comparison, target))
                .toList();
        Run first = runs.get(0);
        return new ReportPage(
                title,
                unbroken(verdict.sentence()),
                note(comparison),
                headline.map(target -> ResultTable.of(comparison, target)),
                others,
                verdict.losses(),
                comparison.hasBaselines(),
                remarks(comparison),
                sections(comparison),
                runs.stream().map(run -> row(run, comparison.quantity())).toList(),
                problems(runs),
                shared(runs),
                first.about().environment(),
                first.about().command(),
                configurations(comparison.groups()));
    }

    /** Of every optimizer, by its label where there are several; the first run's, of those that differ by seed. */
    private static String configurations(List<Group> groups) {
        ObjectNode all = Json.object();
        for (Group group : groups) {
            JsonNode one = group.runs().get(0).about().configuration();
            if (!one.isMissingNode()) {
                all.set(group.label(), one);
            }
        }
        JsonNode shown = all.size() == 1 ? all.elements().next() : all;
        return all.isEmpty() ? "" : Json.pretty(shown).strip();
    }

    List<Chart> charts() {
        return sections.stream()
                .flatMap(section -> Stream.concat(section.first().stream(), section.rest().stream()))
                .toList();
    }

    /** Units stay with their numbers, and names whole. */
    private static String unbroken(String text) {
        return text.replaceAll("(\\d) (ms|s|µs|min|h)\\b", "$1\u00a0$2").replace("-", "\u2011");
    }

    private static String note(Comparison comparison) {
        if (comparison.groups().size() == 1) {
            return "";
        }
        String over = comparison.seeds() > 1
                ? "Medians of %d seeds, with the least and the most below; a run that did not get there counts as never. "
                        .formatted(comparison.seeds())
                : "One seed: differences may be chance. ";
        String how = comparison.quantity() == Quantity.LOSS
                ? "All points are judged on the same rows (all, or 20,000 of each table chosen by hash) by the same code, with the clock"
                        + " stopped."
                : "Losses are as the runs logged them (%s)."
                        .formatted(comparison.quantity().label());
        return over + how;
    }

    private static List<String> remarks(Comparison comparison) {
        List<String> remarks = new ArrayList<>();
        for (Group group : comparison.groups()) {
            if (group.tuned()) {
                remarks.add(tuning(group));
            }
            Set<String> notes = new LinkedHashSet<>();
            group.runs().forEach(run -> notes.addAll(run.about().notes()));
            notes.forEach(note -> remarks.add("%s: %s".formatted(group.label(), note)));
        }
        return remarks;
    }

    private static String tuning(Group group) {
        String chosen = group.trial()
                .map(trial -> "learning rate %s, batches of %s rows"
                        .formatted(
                                Numbers.number(trial.learningRate()),
                                Numbers.text(Chart.Format.COUNT, trial.batchRows())))
                .orElse("none");
        return "%s was tuned: %d trials of learning rates and batch sizes, each with the budget of any other run, one seed. The best (%s)"
                        .formatted(group.label(), group.trials().size(), chosen)
                + " is what is shown; the search took %s, which its time does not count."
                        .formatted(Across.SECONDS.text(group.tuningSeconds()))
                + (atEdge(group)
                        ? " It is at the edge of the learning rates that were tried: others may do better."
                        : "");
    }

    private static boolean atEdge(Group group) {
        double[] rates = group.trials().stream()
                .mapToDouble(run -> run.about().trial().orElseThrow().learningRate())
                .sorted()
                .distinct()
                .toArray();
        return rates.length > 1
                && group.trial()
                        .filter(trial ->
                                trial.learningRate() == rates[0] || trial.learningRate() == rates[rates.length - 1])
                        .isPresent();
    }

    private static List<Section> sections(Comparison comparison) {
        ComparisonCharts compared = new ComparisonCharts(comparison);
        DiagnosticCharts why = new DiagnosticCharts(comparison.groups());
        boolean several = comparison.groups().size() > 1;
        String bands =
                comparison.seeds() > 1 ? "Lines are medians over seeds, bands reach from the least to the most." : "";
        return Stream.of(
                        new Section(
                                "How the loss fell",
                                (bands + (several && comparison.hasBaselines() ? " Baselines are dashed." : ""))
                                        .strip(),
                                compared.loss(),
                                present(
                                        compared.testLoss(),
                                        compared.accuracy(),
                                        compared.validation(),
                                        compared.batchLoss())),
                        new Section(
                                "What it cost", "", Optional.empty(), present(compared.time(), compared.sensitivity())),
                        new Section(
                                "How the steps went",
                                several ? "Of each optimizer, the first run." : "",
                                Optional.empty(),
                                why.gauges()),
                        new Section(
                                "What the curvature was like",
                                "",
                                Optional.empty(),
                                present(why.closeness(), why.kl(), why.spectra(), why.effectiveRanks())))
                .filter(section -> !section.isEmpty())
                .toList();
    }

    @SafeVarargs
    private static List<Chart> present(Optional<Chart>... charts) {
        return Stream.of(charts).flatMap(Optional::stream).toList();
    }

    private static RunRow row(Run run, Quantity quantity) {
        return new RunRow(
                run.about().label(),
                run.about()
                        .trial()
                        .map(trial -> "rate %s, %s rows"
                                .formatted(
                                        Numbers.number(trial.learningRate()),
                                        Numbers.text(Chart.Format.COUNT, trial.batchRows())))
                        .orElse(""),
                run.about().seed(),
                Numbers.text(Chart.Format.COUNT, run.stepsTaken()),
                Across.SECONDS.text(run.spent().seconds()),
                Across.JOBS.text(run.spent().jobs()),
                Across.BYTES.text(run.spent().bytes()),
                quantity.text(run.last(quantity)),
                run.local().rounds() > 0 ? "%s; %s".formatted(run.status(), run.local()) : run.status(),
                run.good());
    }

    /** What of a run could not be read, and workers of it that went astray. */
    private static List<String> problems(List<Run> runs) {
        List<String> problems = new ArrayList<>();
        for (Run run : runs) {
            run.problems().forEach(problem -> problems.add(run.name() + ": " + problem));
            if (run.local().astray()) {
                problems.add(
                        "%s: %s. A lower learning rate or shorter rounds may help".formatted(run.name(), run.local()));
            }
        }
        return problems;
    }

    /** What all runs have in common. */
    private static Map<String, String> shared(List<Run> runs) {
        Map<String, String> shared = new LinkedHashMap<>(runs.get(0).setup());
        shared.entrySet().removeIf(fact -> runs.stream()
                .anyMatch(run -> run.setup().containsKey(fact.getKey())
                        && !fact.getValue().equals(run.setup().get(fact.getKey()))));
        return shared;
    }
}
