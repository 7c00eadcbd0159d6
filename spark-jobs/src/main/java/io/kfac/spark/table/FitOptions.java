package io.kfac.spark.table;

import io.kfac.family.Families;
import io.kfac.family.Univariate;
import io.kfac.spark.data.BadInput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a table is fitted.
 * @param columns  empty: all
 * @param drop     left out
 * @param key      rows of equal values here are fitted each by themselves
 * @param families further families by column, with their known parameters
 * @param onePass  whether the table is read only once: then shapes and locations are not estimated and fits are not checked
 */
public record FitOptions(
        List<String> columns,
        List<String> drop,
        Optional<String> key,
        Map<String, Univariate> families,
        boolean onePass) {
    public FitOptions {
        columns = List.copyOf(columns);
        drop = List.copyOf(drop);
        families = Map.copyOf(families);
    }

    public static FitOptions defaults() {
        return new FitOptions(List.of(), List.of(), Optional.empty(), Map.of(), false);
    }

    public FitOptions withKey(String column) {
        return new FitOptions(columns, drop, Optional.of(column), families, onePass);
    }

    public FitOptions withOnePass() {
        return new FitOptions(columns, drop, key, families, true);
    }

    /** {@code claims=negative-binomial(2)} by column. @throws BadInput for what is no family of numbers */
    public static Map<String, Univariate> families(Map<String, String> names) {
        Map<String, Univariate> families = new LinkedHashMap<>();
        names.forEach((column, name) -> {
            try {
                if (Families.named(name) instanceof Univariate family) {
                    families.put(column, family);
                    return;
                }
            } catch (IllegalArgumentException e) {
                throw new BadInput("%s. Remedy: --family COLUMN=FAMILY".formatted(e.getMessage()), e);
            }
            throw new BadInput(
                    "Cannot use %s for column '%s': it is a family of vectors or categories. Remedy: one of numbers"
                            .formatted(name, column));
        });
        return families;
    }
}
