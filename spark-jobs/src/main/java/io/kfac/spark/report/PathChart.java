package io.kfac.spark.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.engine.Json;
import java.util.List;

/**
 * Ways on a map: each from a hollow point to a filled one that bears its name, over outlines that show what the land is like.
 * @param axes  whether axes are drawn; without them both directions have the same scale
 * @param table what the table behind it says, header first; empty: where each way begins and ends
 */
public record PathChart(
        Frame frame,
        Axis across,
        Axis up,
        List<Path> paths,
        List<Outline> outlines,
        boolean axes,
        List<List<String>> table)
        implements Chart {

    /** @param strong whether it is to stand out */
    public record Path(String name, boolean strong, double[] x, double[] y) {
        public Path {
            sameLength(x, y);
        }
    }

    /** A thin line. @param label at its end; "" for none */
    public record Outline(String label, double[] x, double[] y) {
        public Outline {
            sameLength(x, y);
        }
    }

    private static void sameLength(double[] x, double[] y) {
        if (x.length != y.length || x.length == 0) {
            throw new IllegalArgumentException(
                    "Cannot draw a line through %d numbers across and %d up".formatted(x.length, y.length));
        }
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = Json.object().put("kind", "paths").put("axes", axes);
        json.set("x", across.json());
        json.set("y", up.json());
        ArrayNode series = json.putArray("series");
        for (Path path : paths) {
            ObjectNode one = series.addObject().put("name", path.name()).put("strong", path.strong());
            one.set("x", CurveChart.numbers(path.x()));
            one.set("y", CurveChart.numbers(path.y()));
        }
        ArrayNode lines = json.putArray("outlines");
        for (Outline outline : outlines) {
            ObjectNode one = lines.addObject().put("label", outline.label());
            one.set("x", CurveChart.numbers(outline.x()));
            one.set("y", CurveChart.numbers(outline.y()));
        }
        ArrayNode rows = json.putArray("table");
        for (List<String> row : table) {
            ArrayNode cells = rows.addArray();
            row.forEach(cells::add);
        }
        return json;
    }
}
