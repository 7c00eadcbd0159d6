package io.kfac.spark.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.engine.Json;
import java.util.List;

/** The report for programs: the numbers of its tables, and every line of every run. */
final class ReportJson {
    private ReportJson() {}

    static ObjectNode of(String title, Comparison comparison, List<Run> runs) {
        Verdict verdict = new Verdict(comparison);
        ObjectNode json = Json.object().put("title", title).put("sentence", verdict.sentence());
        ArrayNode losses = json.putArray("whereSecondOrderLoses");
        verdict.losses().forEach(losses::add);
        json.put("quantity", comparison.quantity().key());
        ArrayNode targets = json.putArray("targets");
        comparison.targets().forEach(target -> targets.add(target(comparison, target)));
        ArrayNode groups = json.putArray("optimizers");
        comparison.groups().forEach(group -> groups.add(group(group)));
        ArrayNode all = json.putArray("runs");
        runs.forEach(run -> all.add(run(run)));
        return json;
    }

    private static ObjectNode target(Comparison comparison, Target target) {
        ObjectNode json = Json.object().put("quantity", target.quantity().key()).put("value", target.value());
        ArrayNode rows = json.putArray("optimizers");
        for (Group group : comparison.groups()) {
            ObjectNode row = rows.addObject().put("label", group.label());
            for (Across across : Across.values()) {
                row.set(across.key(), spread(group.toReach(target, across)));
            }
            Json.number(row, "speedAgainstBestBaseline", comparison.ratio(group, target, Across.SECONDS));
        }
        return json;
    }

    /** Numbers that are not finite are null: not reached, or not measured. */
    private static ObjectNode spread(Spread spread) {
        ObjectNode json = Json.object();
        Json.number(json, "median", spread.median());
        Json.number(json, "least", spread.least());
        Json.number(json, "most", spread.most());
        return json.put("reached", spread.known()).put("of", spread.of());
    }

    private static ObjectNode group(Group group) {
        ObjectNode json = Json.object()
                .put("label", group.label())
                .put("baseline", group.baseline())
                .put("trials", group.trials().size());
        group.trial().ifPresent(trial -> json.putObject("chosen")
                .put("learningRate", trial.learningRate())
                .put("batchRows", trial.batchRows()));
        for (Quantity quantity : Quantity.values()) {
            if (group.last(quantity).measured()) {
                json.set(quantity.key(), spread(group.last(quantity)));
            }
        }
        return json;
    }

    private static ObjectNode run(Run run) {
        ObjectNode json = Json.object()
                .put("directory", run.name())
                .put("label", run.about().label())
                .put("seed", run.about().seed())
                .put("status", run.status());
        Json.local(json, run.local());
        ArrayNode problems = json.putArray("problems");
        run.problems().forEach(problems::add);
        ArrayNode steps = json.putArray("steps");
        run.steps().forEach(step -> steps.add(step.line()));
        ArrayNode looks = json.putArray("looks");
        for (Look look : run.looks()) {
            ObjectNode one = looks.addObject().put("step", look.step());
            for (Across across : Across.values()) {
                Json.number(one, across.key(), across.of(look.spent()));
            }
            look.values().forEach((quantity, value) -> Json.number(one, quantity.key(), value));
        }
        ArrayNode spectra = json.putArray("spectra");
        run.spectra().forEach(spectrum -> {
            ObjectNode one = spectra.addObject()
                    .put("step", spectrum.step())
                    .put("factor", spectrum.factor())
                    .put("order", spectrum.order())
                    .put("effectiveRank", spectrum.effectiveRank());
            one.set("ranks", CurveChart.numbers(spectrum.ranks()));
            one.set("values", CurveChart.numbers(spectrum.values()));
        });
        ArrayNode probes = json.putArray("closeness");
        run.closeness().forEach(probe -> {
            ObjectNode one = probes.addObject().put("step", probe.step());
            Json.number(one, "cosine", probe.cosine());
            Json.number(one, "euclidean", probe.euclidean());
        });
        return json;
    }
}
