package io.kfac.spark.jobs;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.kfac.spark.data.BadInput;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;

/** Values of a checked configuration by key, with messages that name the key, where its value came from, and what it may be. */
final class Settings {
    private static final String AUTO = "auto";
    private static final String NONE = "none";

    private final Config config;

    Settings(Config config) {
        this.config = config;
    }

    String text(String key) {
        return read(key, "text", config::getString);
    }

    /** Empty where the text is. */
    Optional<String> name(String key) {
        return Optional.of(text(key).trim()).filter(text -> !text.isEmpty());
    }

    List<String> names(String key) {
        return read(key, "a list of names, such as [a, b]", config::getStringList);
    }

    List<Integer> widths(String key) {
        List<Integer> widths = read(key, "a list of whole numbers, such as [100, 50]", config::getIntList);
        widths.stream().filter(width -> width < 1).findFirst().ifPresent(width -> {
            throw problem(key, "a list of whole numbers from 1 on");
        });
        return List.copyOf(widths);
    }

    /** A section whose keys are the user's own. */
    Map<String, String> texts(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        config.getObject(key)
                .toConfig()
                .entrySet()
                .forEach(entry -> texts.put(
                        // Keys of reader options may hold dots: HOCON makes paths of them.
                        entry.getKey().replace("\"", ""),
                        String.valueOf(entry.getValue().unwrapped())));
        return texts;
    }

    boolean flag(String key) {
        return read(key, "true or false", config::getBoolean);
    }

    Optional<Boolean> autoFlag(String key) {
        return isAuto(key) ? Optional.empty() : Optional.of(read(key, "true, false or auto", config::getBoolean));
    }

    long wholeNumber(String key) {
        return wholeNumber(key, "a whole number");
    }

    /** The library's own getters would cut 1.5 down to 1. */
    private long wholeNumber(String key, String kind) {
        try {
            return new BigDecimal(read(key, kind, config::getString).trim()).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw problem(key, kind);
        }
    }

    int count(String key) {
        return count(key, 1);
    }

    private int count(String key, int least) {
        String kind = "a whole number from %d on".formatted(least);
        long value = wholeNumber(key, kind);
        if (value < least || value > Integer.MAX_VALUE) {
            throw problem(key, kind);
        }
        return (int) value;
    }

    OptionalInt autoCount(String key) {
        return isAuto(key) ? OptionalInt.empty() : OptionalInt.of(count(key));
    }

    OptionalInt autoCountFromZero(String key) {
        return isAuto(key) ? OptionalInt.empty() : OptionalInt.of(count(key, 0));
    }

    /** Zero or more. */
    double amount(String key) {
        return within(key, "a number from 0 on", 0, true, Double.MAX_VALUE, true);
    }

    double positive(String key) {
        return within(key, "a number above 0", 0, false, Double.MAX_VALUE, true);
    }

    OptionalDouble autoPositive(String key) {
        return isAuto(key) ? OptionalDouble.empty() : OptionalDouble.of(positive(key));
    }

    /** Infinite where there is none. */
    OptionalDouble autoLimit(String key) {
        if (isAuto(key)) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                is(key, NONE)
                        ? Double.POSITIVE_INFINITY
                        : within(key, "a number above 0, none or auto", 0, false, Double.MAX_VALUE, true));
    }

    /** In [0, 1). */
    double share(String key) {
        return within(key, "a number from 0 to below 1", 0, true, 1, false);
    }

    OptionalDouble autoShare(String key) {
        return isAuto(key) ? OptionalDouble.empty() : OptionalDouble.of(share(key));
    }

    /** In (0, 1]. */
    OptionalDouble autoPositiveShare(String key) {
        return isAuto(key)
                ? OptionalDouble.empty()
                : OptionalDouble.of(within(key, "a number above 0, at most 1", 0, false, 1, true));
    }

    private double within(String key, String kind, double low, boolean lowIn, double high, boolean highIn) {
        double value = read(key, kind, config::getDouble);
        boolean above = lowIn ? value >= low : value > low;
        boolean below = highIn ? value <= high : value < high;
        if (!(above && below)) {
            throw problem(key, kind);
        }
        return value;
    }

    /** The member of that name, in lower case. */
    <E extends Enum<E>> E oneOf(String key, E[] members) {
        return choice(key, members, List.of()).orElseThrow();
    }

    <E extends Enum<E>> Optional<E> autoOneOf(String key, E[] members) {
        return choice(key, members, List.of(AUTO));
    }

    private <E extends Enum<E>> Optional<E> choice(String key, E[] members, List<String> others) {
        String text = text(key);
        if (others.contains(text)) {
            return Optional.empty();
        }
        for (E member : members) {
            if (keyOf(member).equals(text)) {
                return Optional.of(member);
            }
        }
        List<String> known = new ArrayList<>(others);
        for (E member : members) {
            known.add(keyOf(member));
        }
        throw problem(
                key, String.join(", ", known.subList(0, known.size() - 1)) + " or " + known.get(known.size() - 1));
    }

    private static String keyOf(Enum<?> member) {
        return member.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean isAuto(String key) {
        return is(key, AUTO);
    }

    private boolean is(String key, String word) {
        ConfigValue value = config.getValue(key);
        return value.valueType() == ConfigValueType.STRING && value.unwrapped().equals(word);
    }

    private <T> T read(String key, String kind, Function<String, T> getter) {
        try {
            return getter.apply(key);
        } catch (ConfigException e) {
            throw problem(key, kind);
        }
    }

    /** @param allowed what the value may be, in words */
    BadInput problem(String key, String allowed) {
        ConfigValue value = config.getValue(key);
        return new BadInput("Cannot use %s = %s (%s): it must be %s"
                .formatted(key, value.unwrapped(), value.origin().description(), allowed));
    }
}
