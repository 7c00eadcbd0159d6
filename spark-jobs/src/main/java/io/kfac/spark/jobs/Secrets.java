package io.kfac.spark.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Settings and commands are written into logs and pages that people pass on; passwords and the like are not. */
final class Secrets {
    private static final Pattern NAME =
            Pattern.compile("(?i).*(password|passwd|secret|token|credential|access.?key).*");
    private static final String HIDDEN = "***";

    private Secrets() {}

    /** The same object with secrets overwritten. */
    static JsonNode hidden(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                if (NAME.matcher(field.getKey()).matches() && field.getValue().isValueNode()) {
                    field.setValue(object.textNode(HIDDEN));
                } else {
                    hidden(field.getValue());
                }
            }
        }
        return node;
    }

    /** A command as it can be typed again, secrets overwritten. */
    static String command(List<String> arguments) {
        StringBuilder command = new StringBuilder("kfac");
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            boolean secret =
                    equals > 0 && NAME.matcher(argument.substring(0, equals)).matches();
            String shown = secret ? argument.substring(0, equals + 1) + HIDDEN : argument;
            command.append(' ').append(quoted(shown));
        }
        return command.toString();
    }

    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9_./:=,@%+-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
