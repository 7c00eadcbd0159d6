package io.kfac.spark.jobs;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The known key that a mistyped one was probably meant to be. */
final class Nearest {
    private Nearest() {}

    /** Compares whole keys, and last parts alone: {@code lr.momentum} and {@code momentum} both mean {@code optimizer.momentum}. */
    static String of(String key, List<String> known) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        String wanted = key.toLowerCase(Locale.ROOT);
        return known.stream()
                .min(Comparator.comparingInt(candidate -> {
                    String other = candidate.toLowerCase(Locale.ROOT);
                    int whole = 2 * distance.apply(wanted, other);
                    // A right last part in the wrong section is nearer than a wrong one in the right section.
                    int apart = distance.apply(last(wanted), last(other));
                    boolean elsewhere = apart > 0
                            && wanted.contains(".")
                            && !section(wanted).equals(section(other));
                    return Math.min(whole, 1 + 2 * apart + (elsewhere ? 2 : 0));
                }))
                .orElseThrow();
    }

    private static String section(String key) {
        return key.substring(0, Math.max(0, key.lastIndexOf('.')));
    }

    private static String last(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }
}
