package io.kfac.spark.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.engine.Json;
import java.util.List;

/**
 * Bars from left to right, one a category made of parts, or one a part beside each other.
 * @param along   the axis that bars lie along
 * @param stacked whether parts add up
 */
public record BarChart(Frame frame, Axis along, List<String> categories, List<Part> parts, boolean stacked)
        implements Chart {

    /** The same part of every bar. @param values one a category */
    public record Part(String name, int colour, double[] values) {}

    public BarChart {
        for (Part part : parts) {
            if (part.values().length != categories.size()) {
                throw new IllegalArgumentException("Cannot draw %d values of %s as parts of %d bars"
                        .formatted(part.values().length, part.name(), categories.size()));
            }
        }
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = Json.object().put("kind", "bars").put("stacked", stacked);
        json.set("y", along.json());
        ArrayNode names = json.putArray("categories");
        categories.forEach(names::add);
        ArrayNode series = json.putArray("series");
        for (Part part : parts) {
            ObjectNode one = series.addObject().put("name", part.name()).put("colour", part.colour());
            one.set("values", CurveChart.numbers(part.values()));
        }
        return json;
    }
}
