package io.kfac.spark.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Labels as the user wrote them and class numbers 0..K-1: sorted, numbers by value.
 * @param column  the label column
 * @param numeric whether labels are compared as numbers ("1" is "1.0")
 * @param classes class k is written {@code classes.get(k)}
 */
public record LabelEncoding(String column, boolean numeric, List<String> classes) {
    public LabelEncoding {
        classes = List.copyOf(classes);
        if (classes.isEmpty()) {
            throw new IllegalArgumentException("Cannot encode labels of column %s: no classes".formatted(column));
        }
        if (numeric) {
            for (String name : classes) {
                Double.parseDouble(name);
            }
        }
    }

    /** The class of a label, however it is typed in the table at hand; empty if the label is unknown. */
    public OptionalInt classOf(String label) {
        Integer found = index().get(key(label));
        return found == null ? OptionalInt.empty() : OptionalInt.of(found);
    }

    /** Label key to class: keys as {@link #key} makes them. */
    Map<String, Integer> index() {
        Map<String, Integer> index = new HashMap<>();
        for (int k = 0; k < classes.size(); k++) {
            index.put(key(classes.get(k)), k);
        }
        return index;
    }

    /** Equal for labels that are the same class. */
    String key(String label) {
        return numeric ? numericKey(label) : label;
    }

    private static String numericKey(String label) {
        try {
            return Labels.format(Double.parseDouble(label.trim()));
        } catch (NumberFormatException e) {
            return label; // a string that is no number: unknown to a numeric encoding
        }
    }
}
