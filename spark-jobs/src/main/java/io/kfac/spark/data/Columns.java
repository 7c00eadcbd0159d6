package io.kfac.spark.data;

import java.util.List;
import java.util.Optional;

/**
 * Which columns play which part.
 * @param weight   how often the row counts; finite, not negative
 * @param offset   added to each of the row's outputs, such as the log of an exposure; finite
 * @param id       the row's identity; empty: its position in file order
 * @param features the only ones to use as features; empty: all that are left
 * @param drop     not used at all
 * @param keep     used as features though they look like identifiers
 */
public record Columns(
        Optional<String> weight,
        Optional<String> offset,
        Optional<String> id,
        List<String> features,
        List<String> drop,
        List<String> keep) {
    public Columns {
        features = List.copyOf(features);
        drop = List.copyOf(drop);
        keep = List.copyOf(keep);
    }

    public static Columns all() {
        return new Columns(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), List.of(), List.of());
    }

    public Columns withWeight(String column) {
        return new Columns(Optional.of(column), offset, id, features, drop, keep);
    }

    public Columns withOffset(String column) {
        return new Columns(weight, Optional.of(column), id, features, drop, keep);
    }

    public Columns withId(String column) {
        return new Columns(weight, offset, Optional.of(column), features, drop, keep);
    }

    public Columns withFeatures(List<String> only) {
        return new Columns(weight, offset, id, only, drop, keep);
    }

    public Columns withDrop(List<String> columns) {
        return new Columns(weight, offset, id, features, columns, keep);
    }

    public Columns withKeep(List<String> columns) {
        return new Columns(weight, offset, id, features, drop, columns);
    }
}
