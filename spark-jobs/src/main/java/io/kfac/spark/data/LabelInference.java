package io.kfac.spark.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** From the distinct labels of a table to classes, and the refusal of labels that are none. */
final class LabelInference {
    /** So few different numbers may be classes even if they are fractions. */
    private static final int SURELY_CLASSES = 20;
    /** More different fractions than one in so many rows are measurements. */
    private static final int ROWS_PER_CLASS = 10;

    private LabelInference() {}

    /** @param single whether one class is enough */
    static LabelEncoding infer(String table, LabelProbe probe, boolean single) {
        DistinctNumbers numbers = probe.numbers();
        boolean overflowed = numbers.overflowed() || probe.texts().overflowed();
        if (overflowed) {
            throw new BadInput(("Cannot use column '%s' of %s for classes: it has more than %d distinct values."
                            + " Remedy: another --label COLUMN, or group its values first")
                    .formatted(probe.name(), table, LabelProbe.MOST_CLASSES));
        }
        double[] values = numbers.values();
        if (numbers.fractions() && values.length > SURELY_CLASSES && values.length > numbers.rows() / ROWS_PER_CLASS) {
            throw new BadInput(
                    ("Cannot use column '%s' of %s for classes: it looks like a measurement (%d values in %d rows, as %s)."
                                    + " Remedy: another --label COLUMN, or group its values first")
                            .formatted(probe.name(), table, values.length, numbers.rows(), fraction(values)));
        }
        List<String> names = probe.numeric()
                ? DoubleStream.of(values).mapToObj(Labels::format).toList()
                : sorted(probe.texts());
        if (names.size() == 1 && !single) {
            throw new BadInput("Cannot train on %s: label column '%s' has one class only, '%s'"
                    .formatted(table, probe.name(), names.get(0)));
        }
        return new LabelEncoding(probe.name(), probe.numeric(), names);
    }

    private static String fraction(double[] values) {
        return Labels.format(Arrays.stream(values)
                .filter(value -> value != Math.rint(value))
                .findFirst()
                .orElse(values[0]));
    }

    private static List<String> sorted(DistinctValues texts) {
        List<String> names = new ArrayList<>(texts.counts().keySet());
        names.sort(null);
        return names;
    }

    /** Refuses a label that the model does not know. */
    static void check(String table, LabelProbe probe, LabelEncoding encoding) {
        Map<String, Integer> known = encoding.index();
        List<String> found = probe.numeric()
                ? DoubleStream.of(probe.numbers().values())
                        .mapToObj(Labels::format)
                        .toList()
                : sorted(probe.texts());
        found.stream()
                .filter(label -> !known.containsKey(encoding.key(label)))
                .findFirst()
                .ifPresent(label -> {
                    List<String> classes = encoding.classes();
                    String shown = String.join(", ", classes.subList(0, Math.min(20, classes.size())));
                    throw new BadInput("Cannot use label '%s' in column '%s' of %s: the model's classes are %s%s"
                            .formatted(label, probe.name(), table, shown, classes.size() > 20 ? ", ..." : ""));
                });
    }
}
