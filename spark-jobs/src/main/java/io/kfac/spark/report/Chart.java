package io.kfac.spark.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.engine.Json;

/**
 * A figure of a page: {@code report.js} draws it from its JSON where the template {@code chart.jte} has put its frame, with a table of
 * its numbers behind it.
 */
public sealed interface Chart permits CurveChart, BarChart, PathChart {

    /** What stands around a chart. @param id letters, digits and dashes, unlike any other on the page */
    record Frame(String id, String title, String caption) {
        public Frame {
            if (!id.matches("[A-Za-z][A-Za-z0-9-]*")) {
                throw new IllegalArgumentException(
                        "Cannot name a chart '%s': letters, digits and dashes only".formatted(id));
            }
        }
    }

    /** How numbers along an axis are written. */
    enum Format {
        NUMBER,
        COUNT,
        SECONDS,
        BYTES,
        SHARE
    }

    /**
     * An axis.
     * @param key what {@link CurveChart.Line#against} calls it
     * @param log whether it is logarithmic at first; numbers that are not positive are then left out
     */
    record Axis(String key, String label, Format format, boolean log) {
        ObjectNode json() {
            return Json.object()
                    .put("key", key)
                    .put("label", label)
                    .put("format", format.name().toLowerCase(java.util.Locale.ROOT))
                    .put("log", log);
        }
    }

    Frame frame();

    /** For {@code report.js}. */
    ObjectNode json();

    default String id() {
        return frame().id();
    }

    default String title() {
        return frame().title();
    }

    default String caption() {
        return frame().caption();
    }
}
