package io.kfac.spark.data;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a table is.
 * @param paths   files, directories or globs of any Hadoop file system; may be empty for sources that need none (jdbc)
 * @param format  libsvm, csv, parquet, idx, table (a catalog table by name), or any Spark source; empty: told from the
 *     file's name
 * @param options reader options, passed to Spark's reader as they are
 */
public record TableSource(List<String> paths, Optional<String> format, Map<String, String> options) {
    public TableSource {
        paths = List.copyOf(paths);
        options = Map.copyOf(options);
        if (paths.isEmpty() && format.isEmpty()) {
            throw new BadInput("Cannot read a table: neither a path nor a format is given. Remedy: --data PATH");
        }
    }

    public static TableSource of(String path) {
        return new TableSource(List.of(path), Optional.empty(), Map.of());
    }

    public static TableSource of(String path, String format) {
        return new TableSource(List.of(path), Optional.of(format), Map.of());
    }

    public TableSource withOption(String key, String value) {
        Map<String, String> more = new java.util.HashMap<>(options);
        more.put(key, value);
        return new TableSource(paths, format, more);
    }

    /** For messages. */
    public String name() {
        return paths.isEmpty() ? "the " + format.orElse("") + " source" : String.join(", ", paths);
    }
}
