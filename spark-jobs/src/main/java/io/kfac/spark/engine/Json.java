package io.kfac.spark.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.optimizer.LocalTotals;
import java.io.UncheckedIOException;

/** JSON by the Jackson that Spark brings. JSON knows no NaN and no infinity: they are written as null. */
public final class Json {
    private static final ObjectMapper LINES = new ObjectMapper();
    private static final ObjectMapper PRETTY = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    public static ObjectNode object() {
        return LINES.createObjectNode();
    }

    /** Puts a number, or null where it is not finite. */
    public static ObjectNode number(ObjectNode into, String name, double value) {
        return Double.isFinite(value) ? into.put(name, value) : into.putNull(name);
    }

    public static String line(JsonNode node) {
        return write(LINES, node);
    }

    public static String pretty(JsonNode node) {
        return write(PRETTY, node) + "\n";
    }

    /** @throws JsonProcessingException if the text is no JSON */
    public static JsonNode parse(String text) throws JsonProcessingException {
        return LINES.readTree(text);
    }

    private static String write(ObjectMapper mapper, JsonNode node) {
        try {
            return mapper.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What workers did, as a field of that name; nothing where there were no rounds of local steps. */
    public static void local(ObjectNode json, LocalTotals totals) {
        if (totals.rounds() > 0) {
            json.putObject("local")
                    .put("rounds", totals.rounds())
                    .put("turns", totals.turns())
                    .put("dropped", totals.dropped())
                    .put("scaledBack", totals.scaledBack());
        }
    }
}
