package io.kfac.spark.table;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.family.Families;
import io.kfac.family.Univariate;
import io.kfac.spark.engine.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link DriftResult} for programs: JSON with everything, CSV with a line a comparison. */
public final class DriftFiles {
    private DriftFiles() {}

    public static ObjectNode json(DriftResult result) {
        DriftOptions options = result.options();
        ObjectNode json = Json.object()
                .put("reference", result.reference())
                .put("current", result.current())
                .put("referenceRows", result.referenceRows())
                .put("currentRows", result.currentRows())
                .put("drift", result.alarms() > 0)
                .put("alarms", result.alarms())
                .put("threshold", options.threshold())
                .put("level", options.level())
                .put("adjustment", options.adjustment().name().toLowerCase(Locale.ROOT))
                .put("permutations", result.permutations())
                .put("referenceGroups", result.groups().reference())
                .put("currentGroups", result.groups().current())
                .put("seed", options.seed());
        ArrayNode columns = json.putArray("columns");
        result.columns().forEach(one -> columns.add(column(one)));
        ObjectNode refused = json.putObject("notCompared");
        result.refused().forEach(refused::put);
        ArrayNode notes = json.putArray("notes");
        result.notes().forEach(notes::add);
        return json;
    }

    private static ObjectNode column(DriftResult.Judged judged) {
        ColumnDrift drift = judged.drift();
        ObjectNode json = Json.object()
                .put("column", drift.column())
                .put("of", drift.part().title())
                .put("family", drift.family())
                .put("alarm", judged.alarm());
        Json.number(json, "moved", drift.interval().estimate());
        Json.number(json, "lower", drift.interval().lower());
        Json.number(json, "upper", drift.interval().upper());
        Json.number(json, "pValue", drift.pValue());
        Json.number(json, "adjustedPValue", judged.adjusted());
        Json.number(json, "angle", drift.angle());
        drift.distance().ifPresent(distance -> Json.number(json, "distance", distance));
        divergence(json, "klReferenceCurrent", drift.forwardKl());
        divergence(json, "klCurrentReference", drift.reverseKl());
        Json.number(json, "referenceRows", drift.referenceRows());
        Json.number(json, "currentRows", drift.currentRows());
        members(json, drift);
        ArrayNode notes = json.putArray("notes");
        drift.notes().forEach(notes::add);
        return json;
    }

    /** Infinite where a category is on one side only, which JSON has no number for. */
    private static void divergence(ObjectNode json, String name, double kl) {
        if (Double.isInfinite(kl)) {
            json.put(name, "Infinity");
        } else {
            Json.number(json, name, kl);
        }
    }

    private static void members(ObjectNode json, ColumnDrift drift) {
        List<String> names = parameterNames(drift);
        if (drift.part() == Comparison.Part.JOINT) {
            ArrayNode columns = json.putArray("columns");
            drift.labels().forEach(columns::add);
            return;
        }
        ObjectNode reference = json.putObject("reference");
        ObjectNode current = json.putObject("current");
        for (int i = 0; i < names.size(); i++) {
            if (i < drift.reference().length) {
                Json.number(reference, names.get(i), drift.reference()[i]);
            }
            if (i < drift.current().length) {
                Json.number(current, names.get(i), drift.current()[i]);
            }
        }
    }

    static List<String> parameterNames(ColumnDrift drift) {
        if (drift.isCategorical() || drift.part() == Comparison.Part.JOINT) {
            return drift.labels();
        }
        return ((Univariate) Families.named(drift.family())).parameterNames();
    }

    /** For a terminal, a line a comparison. */
    public static List<List<String>> table(DriftResult result) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("column", "family", "moved", "interval", "p", "adjusted", "alarm"));
        for (DriftResult.Judged judged : result.columns()) {
            ColumnDrift drift = judged.drift();
            rows.add(List.of(
                    drift.name(),
                    drift.family(),
                    "%.4f".formatted(drift.interval().estimate()),
                    "%.4f to %.4f"
                            .formatted(
                                    drift.interval().lower(), drift.interval().upper()),
                    "%.4f".formatted(drift.pValue()),
                    "%.4f".formatted(judged.adjusted()),
                    judged.alarm() ? "drift" : ""));
        }
        return rows;
    }

    /** {@code "2 of 14 comparisons: price, age"}. */
    public static String verdict(DriftResult result) {
        List<String> names = result.columns().stream()
                .filter(DriftResult.Judged::alarm)
                .map(one -> one.drift().name())
                .toList();
        if (result.columns().isEmpty()) {
            return "unknown: nothing could be compared";
        }
        return names.isEmpty()
                ? "none in %d comparisons".formatted(result.columns().size())
                : "%d of %d comparisons: %s"
                        .formatted(names.size(), result.columns().size(), String.join(", ", names));
    }

    /** With a header line. */
    public static String csv(DriftResult result) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "column,of,family,alarm,moved,lower,upper,p_value,adjusted_p_value,angle,distance,kl_reference_current,"
                        + "kl_current_reference,reference_rows,current_rows,not_compared");
        for (DriftResult.Judged judged : result.columns()) {
            ColumnDrift drift = judged.drift();
            lines.add(Csv.line(
                    drift.column(),
                    drift.part().title(),
                    drift.family(),
                    judged.alarm(),
                    drift.interval().estimate(),
                    drift.interval().lower(),
                    drift.interval().upper(),
                    drift.pValue(),
                    judged.adjusted(),
                    drift.angle(),
                    drift.distance().orElse(Double.NaN),
                    drift.forwardKl(),
                    drift.reverseKl(),
                    (long) drift.referenceRows(),
                    (long) drift.currentRows(),
                    ""));
        }
        result.refused()
                .forEach((column, why) ->
                        lines.add(Csv.line(column, "", "", "", "", "", "", "", "", "", "", "", "", "", "", why)));
        return String.join("\n", lines) + "\n";
    }
}
