package io.kfac.spark.table;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.engine.Json;
import java.util.ArrayList;
import java.util.List;

/** A {@link FitResult} for programs: JSON with everything, CSV with a line a fitted parameter. */
public final class FitFiles {
    private FitFiles() {}

    public static ObjectNode json(FitResult result) {
        ObjectNode json = Json.object()
                .put("table", result.table())
                .put("rows", result.rows())
                .put("checked", result.checked());
        result.key().ifPresent(key -> json.put("by", key));
        ArrayNode columns = json.putArray("columns");
        result.columns().forEach(column -> columns.add(column(column)));
        ObjectNode unusable = json.putObject("notRead");
        result.unusable().forEach(unusable::put);
        ArrayNode notes = json.putArray("notes");
        result.notes().forEach(notes::add);
        return json;
    }

    private static ObjectNode column(ColumnFit column) {
        ObjectNode json = Json.object();
        if (!column.key().isEmpty()) {
            json.put("key", column.key());
        }
        json.put("column", column.column())
                .put("measure", column.measure().title())
                .put("rows", column.rows())
                .put("missing", column.missing())
                .put("notFinite", column.notFinite());
        column.refused().ifPresent(why -> json.put("refused", why));
        column.summary().ifPresent(summary -> {
            Json.number(json, "min", summary.min());
            Json.number(json, "max", summary.max());
            Json.number(json, "mean", summary.mean());
            Json.number(json, "sd", summary.sd());
            summary.quartiles().ifPresent(quartiles -> {
                Json.number(json, "lowerQuartile", quartiles.lower());
                Json.number(json, "median", quartiles.median());
                Json.number(json, "upperQuartile", quartiles.upper());
            });
        });
        ArrayNode fits = json.putArray("fits");
        for (int i = 0; i < column.ranked().size(); i++) {
            ObjectNode fit = fits.addObject();
            family(fit, column, i);
            if (i < column.fitness().size()) {
                Json.number(fit, "distance", column.fitness().get(i).distance());
                ArrayNode pit = fit.putArray("pit");
                for (double share : column.fitness().get(i).pit()) {
                    pit.add(share);
                }
            }
        }
        if (!column.categories().isEmpty()) {
            ObjectNode categories = json.putObject("categories");
            column.categories().forEach(categories::put);
        }
        ArrayNode notes = json.putArray("notes");
        column.notes().forEach(notes::add);
        return json;
    }

    private static void family(ObjectNode json, ColumnFit column, int rank) {
        FamilyFit fit = column.ranked().get(rank);
        json.put("family", fit.name());
        Json.number(json, "aic", fit.aic());
        Json.number(json, "aicAboveBest", fit.aic() - column.ranked().get(0).aic());
        Json.number(json, "logLikelihood", fit.logLikelihood());
        json.put("estimatedNumbers", fit.family().parameters() + fit.estimated());
        ObjectNode parameters = json.putObject("parameters");
        for (int i = 0; i < fit.parameters().length; i++) {
            ObjectNode one = parameters.putObject(fit.parameterNames().get(i));
            Json.number(one, "value", fit.parameters()[i]);
            Json.number(one, "standardError", fit.errors()[i]);
            Json.number(one, "fisherStandardError", fit.fisherErrors()[i]);
        }
    }

    /** For a terminal, a line a column: its name, what it is, the best family, its parameters. */
    public static List<List<String>> table(FitResult result) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("column", "family", "parameters", "AIC", "next best", "fit"));
        for (ColumnFit column : result.columns()) {
            if (column.refused().isPresent()) {
                rows.add(List.of(column.name(), "-", column.refused().get(), "", "", ""));
            } else if (column.measure() == ColumnFit.Measure.CATEGORIES) {
                rows.add(List.of(
                        column.name(),
                        "categorical",
                        "%,d categories".formatted(column.categories().size()),
                        "",
                        "",
                        ""));
            } else {
                rows.add(fitted(column));
            }
        }
        return rows;
    }

    private static List<String> fitted(ColumnFit column) {
        FamilyFit best = column.ranked().get(0);
        String next = column.ranked().size() < 2
                ? ""
                : "%s +%.4g"
                        .formatted(
                                FitCharts.title(column.ranked().get(1)),
                                column.ranked().get(1).aic() - best.aic());
        String distance = column.fitness().isEmpty()
                ? ""
                : "%.4f".formatted(column.fitness().get(0).distance());
        return List.of(
                column.name(), FitCharts.title(best), parameters(best), "%.6g".formatted(best.aic()), next, distance);
    }

    /** {@code "mean 3.2 ± 0.1, sd 2 ± 0.05"}. */
    static String parameters(FamilyFit fit) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < fit.parameters().length; i++) {
            texts.add(
                    "%s %.5g \u00b1 %.2g".formatted(fit.parameterNames().get(i), fit.parameters()[i], fit.errors()[i]));
        }
        return String.join(", ", texts);
    }

    /** With a header line. */
    public static String csv(FitResult result) {
        List<String> lines = new ArrayList<>();
        lines.add("key,column,measure,rows,missing,rank,family,aic,parameter,value,standard_error,distance,refused");
        result.unusable()
                .forEach((column, why) -> lines.add(Csv.line("", column, "", "", "", "", "", "", "", "", "", "", why)));
        for (ColumnFit column : result.columns()) {
            String about =
                    Csv.line(column.key(), column.column(), column.measure().title(), column.rows(), column.missing());
            if (column.refused().isPresent()) {
                lines.add(about + ","
                        + Csv.line("", "", "", "", "", "", "", column.refused().get()));
            }
            for (int rank = 0; rank < column.ranked().size(); rank++) {
                FamilyFit fit = column.ranked().get(rank);
                Object distance = rank < column.fitness().size()
                        ? column.fitness().get(rank).distance()
                        : "";
                for (int i = 0; i < fit.parameters().length; i++) {
                    lines.add(about + ","
                            + Csv.line(
                                    rank + 1,
                                    fit.name(),
                                    fit.aic(),
                                    fit.parameterNames().get(i),
                                    fit.parameters()[i],
                                    fit.errors()[i],
                                    distance,
                                    ""));
                }
            }
            double total = column.rows();
            column.categories().forEach((category, count) -> {
                double p = count / total;
                lines.add(about + ","
                        + Csv.line(1, "categorical", "", category, p, Math.sqrt(p * (1 - p) / total), "", ""));
            });
        }
        return String.join("\n", lines) + "\n";
    }
}
