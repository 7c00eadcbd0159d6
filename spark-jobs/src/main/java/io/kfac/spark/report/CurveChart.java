package io.kfac.spark.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.engine.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lines or points against one of several horizontal axes, between which the reader switches.
 * @param across   horizontal axes, the first one shown first
 * @param marks    horizontal lines, such as targets
 * @param points   whether single points are meant rather than lines
 * @param diagonal whether a line marks where both axes are equal
 */
public record CurveChart(
        Frame frame, Axis up, List<Axis> across, List<Line> lines, List<Mark> marks, boolean points, boolean diagonal)
        implements Chart {

    /** Lines and nothing else. */
    public CurveChart(Frame frame, Axis up, List<Axis> across, List<Line> lines) {
        this(frame, up, across, lines, List.of(), false, false);
    }

    /**
     * One line.
     * @param group   of the lines that are shown together; "" where there is one only. Groups are chosen from a list
     * @param colour  from 0: equal numbers are equal colours on all charts of a page
     * @param against its points by the key of the horizontal axis; axes may be left out
     */
    public record Line(String name, String group, int colour, boolean dashed, Map<String, Points> against) {
        public Line(String name, int colour, boolean dashed, Map<String, Points> against) {
            this(name, "", colour, dashed, against);
        }
    }

    /** A labelled height. */
    public record Mark(String label, double at) {}

    /**
     * The points of a line, from left to right, and perhaps a band around it.
     * @param low  lower edge of the band; empty for none
     * @param high upper edge
     */
    public record Points(double[] x, double[] y, double[] low, double[] high) {
        public Points(double[] x, double[] y) {
            this(x, y, new double[0], new double[0]);
        }

        public Points {
            if (y.length != x.length || low.length != high.length || (low.length > 0 && low.length != x.length)) {
                throw new IllegalArgumentException("Cannot draw %d points with %d heights and %d edges of a band"
                        .formatted(x.length, y.length, low.length));
            }
        }

        ObjectNode json() {
            ObjectNode json = Json.object();
            json.set("x", numbers(x));
            json.set("y", numbers(y));
            if (low.length > 0) {
                json.set("low", numbers(low));
                json.set("high", numbers(high));
            }
            return json;
        }
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = Json.object().put("kind", points ? "points" : "lines").put("diagonal", diagonal);
        json.set("y", up.json());
        ArrayNode axes = json.putArray("xs");
        across.forEach(axis -> axes.add(axis.json()));
        Set<String> groups = new LinkedHashSet<>();
        ArrayNode series = json.putArray("series");
        for (Line line : lines) {
            ObjectNode one = series.addObject()
                    .put("name", line.name())
                    .put("group", line.group())
                    .put("colour", line.colour())
                    .put("dashed", line.dashed());
            ObjectNode by = one.putObject("by");
            line.against().forEach((axis, points) -> by.set(axis, points.json()));
            groups.add(line.group());
        }
        if (groups.size() > 1) {
            ArrayNode names = json.putArray("groups");
            groups.forEach(names::add);
        }
        ArrayNode marked = json.putArray("marks");
        marks.forEach(mark -> marked.addObject().put("label", mark.label()).put("y", mark.at()));
        return json;
    }

    /** Five digits: more than a pixel shows. What is not finite is null. */
    static ArrayNode numbers(double[] values) {
        ArrayNode array = Json.object().putArray("numbers");
        for (double value : values) {
            if (Double.isFinite(value)) {
                array.add(new java.math.BigDecimal(value)
                        .round(new java.math.MathContext(5))
                        .stripTrailingZeros());
            } else {
                array.addNull();
            }
        }
        return array;
    }
}
