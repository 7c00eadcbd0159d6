package io.kfac.spark.data;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructType;

/** Finds columns by name and says what there is when one is not there. */
final class ColumnNames {
    private static final int LISTED = 20;

    private final List<String> names;
    private final String table;

    ColumnNames(StructType schema, String table) {
        this.names = List.of(schema.fieldNames());
        this.table = table;
        Set<String> seen = new HashSet<>();
        names.stream().filter(name -> !seen.add(name)).findFirst().ifPresent(name -> {
            throw new BadInput("Cannot use %s: two of its columns are named '%s'".formatted(table, name));
        });
    }

    /** By exact name, else the only one that is equal but for case. */
    Optional<String> find(String name) {
        if (names.contains(name)) {
            return Optional.of(name);
        }
        List<String> alike = names.stream().filter(name::equalsIgnoreCase).toList();
        return alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
    }

    /**
     * @param role   "label column"
     * @param option how the user names it: "--label COLUMN"
     */
    String require(String name, String role, String option) {
        return find(name)
                .orElseThrow(() -> new BadInput("Cannot find %s '%s' in %s: %s%s. Remedy: %s"
                        .formatted(role, name, table, nearest(name), listed(), option)));
    }

    /** {@code "its columns are a, b, c"}. */
    String listed() {
        String shown = String.join(", ", names.subList(0, Math.min(LISTED, names.size())));
        String more = names.size() > LISTED ? ", ... (%d in all)".formatted(names.size()) : "";
        return "its columns are " + shown + more;
    }

    private String nearest(String name) {
        return names.stream()
                .min(java.util.Comparator.comparingInt(candidate -> distance(name, candidate)))
                .filter(candidate -> distance(name, candidate) <= 1 + name.length() / 3)
                .map("did you mean '%s'? "::formatted)
                .orElse("");
    }

    /** Levenshtein distance, case ignored. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j - 1], row[j]));
            }
        }
        return row[b.length()];
    }
}
