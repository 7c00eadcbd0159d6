package io.kfac.spark.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/** The fields of a JSON object that was written elsewhere: each is there and of its kind, or is named in the error. */
record Fields(JsonNode node, String where) {
    Fields {
        if (!node.isObject()) {
            throw new IllegalArgumentException("%s is not a JSON object".formatted(where));
        }
    }

    private JsonNode field(String name, String kind, Predicate<JsonNode> fits) {
        JsonNode found = node.path(name);
        if (!fits.test(found)) {
            throw new IllegalArgumentException("field %s of %s is %s, not %s"
                    .formatted(name, where, found.isMissingNode() ? "missing" : found.toString(), kind));
        }
        return found;
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    long integer(String name) {
        return field(name, "a whole number", JsonNode::isIntegralNumber).longValue();
    }

    String text(String name) {
        return field(name, "text", JsonNode::isTextual).textValue();
    }

    Optional<String> optionalText(String name) {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    OptionalDouble optionalNumber(String name) {
        return has(name)
                ? OptionalDouble.of(field(name, "a number", JsonNode::isNumber).doubleValue())
                : OptionalDouble.empty();
    }

    boolean bool(String name) {
        return field(name, "true or false", JsonNode::isBoolean).booleanValue();
    }

    Fields object(String name) {
        return new Fields(field(name, "an object", JsonNode::isObject), name);
    }

    List<Fields> objects(String name) {
        List<Fields> members = new ArrayList<>();
        for (JsonNode member : field(name, "a list", JsonNode::isArray)) {
            members.add(new Fields(member, "%s[%d]".formatted(name, members.size())));
        }
        return members;
    }

    List<String> texts(String name) {
        List<String> members = new ArrayList<>();
        for (JsonNode member : field(name, "a list", JsonNode::isArray)) {
            if (!member.isTextual()) {
                throw new IllegalArgumentException("field %s of %s holds %s, not text".formatted(name, where, member));
            }
            members.add(member.textValue());
        }
        return members;
    }

    double[] numbers(String name) {
        JsonNode list = field(name, "a list", JsonNode::isArray);
        double[] values = new double[list.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode member = list.get(i);
            if (!member.isNumber() || !Double.isFinite(member.doubleValue())) {
                throw new IllegalArgumentException(
                        "field %s of %s holds %s, not a finite number".formatted(name, where, member));
            }
            values[i] = member.doubleValue();
        }
        return values;
    }

    <E extends Enum<E>> E oneOf(String name, E[] members) {
        String text = text(name);
        for (E member : members) {
            if (member.name().toLowerCase(Locale.ROOT).equals(text)) {
                return member;
            }
        }
        throw new IllegalArgumentException("field %s of %s is unknown: %s".formatted(name, where, text));
    }
}
