package io.kfac.spark.data;

import java.util.regex.Pattern;

/** What makes a column look like an identifier, from which nothing can be learnt. */
final class Identifiers {
    /** Distinct values that are kept to tell. */
    static final int MOST_KEYS = 1_000;
    /** In fewer rows any column may have all different values, or count 1, 2, 3. */
    static final int LEAST_ROWS = 20;

    private static final Pattern NAME =
            Pattern.compile("(?i:id|uuid|guid|key|rowid|.*[_.\\- ](id|uuid|guid|key))|.*[a-z0-9](Id|ID)");

    private Identifiers() {}

    static boolean isNamedLikeOne(String column) {
        return NAME.matcher(column).matches();
    }

    /** @param rows rows in which one of the {@code distinct} values was seen */
    static boolean nearlyUnique(int distinct, long rows) {
        return rows >= LEAST_ROWS && rows <= 1.05 * distinct;
    }

    static BadInput refuse(String column, String table, String why) {
        return new BadInput(("Cannot use column '%s' of %s as a feature: %s, as identifiers do."
                        + " Remedy: --id-column %s, --set data.drop=[%s], or --set data.keep=[%s] to use it")
                .formatted(column, table, why, column, column, column));
    }
}
