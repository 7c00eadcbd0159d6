package io.kfac.spark.bench;

import io.kfac.spark.data.BadInput;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Settings of a benchmark: {@code --conf spark.kfac.bench.KEY=VALUE}. */
record BenchConf(SparkSession spark) {
    private static final String PREFIX = "spark.kfac.bench.";

    /** Where {@link Bench} says which JSON file findings go to. */
    static final String JSON = PREFIX + "json";

    Optional<Path> json() {
        return Optional.of(spark.conf().get(JSON, ""))
                .filter(file -> !file.isEmpty())
                .map(Path::of);
    }

    double number(String key, double otherwise) {
        String given = spark.conf().get(PREFIX + key, "");
        try {
            return given.isEmpty() ? otherwise : Double.parseDouble(given);
        } catch (NumberFormatException e) {
            throw new BadInput("Cannot use %s%s = %s: no number. Remedy: a number".formatted(PREFIX, key, given), e);
        }
    }

    /** Members of an enum whose keys are given, or all. */
    <E extends Enum<E>> List<E> chosen(String key, E[] all) {
        String given = spark.conf().get(PREFIX + key, "");
        if (given.isEmpty()) {
            return List.of(all);
        }
        List<String> keys = Arrays.stream(all).map(BenchConf::key).toList();
        List<String> names = List.of(given.split(","));
        if (!keys.containsAll(names)) {
            throw new BadInput("Cannot use %s%s = %s: some are unknown. Remedy: some of %s, separated by commas"
                    .formatted(PREFIX, key, given, keys));
        }
        return Arrays.stream(all).filter(member -> names.contains(key(member))).toList();
    }

    static String key(Enum<?> member) {
        return member.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
