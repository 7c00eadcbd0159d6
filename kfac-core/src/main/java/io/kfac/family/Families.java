package io.kfac.family;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Families by name: {@code normal}, {@code weibull(1.5)}. */
public final class Families {
    private static final Pattern NAME = Pattern.compile("([a-z-]+)(?:\\((.+)\\))?");

    /** A family, or a kind of them that one known parameter tells apart. */
    private enum Known {
        NORMAL("normal", null, x -> new Normals()),
        POISSON("poisson", null, x -> new Poissons()),
        CATEGORICAL("categorical", "k", x -> new Categoricals(whole(x)));

        private final String name;
        private final String parameter;
        private final Function<Double, Family> family;

        Known(String name, String parameter, Function<Double, Family> family) {
            this.name = name;
            this.parameter = parameter;
            this.family = family;
        }

        private String form() {
            return parameter == null ? name : "%s(%s)".formatted(name, parameter);
        }
    }

    private Families() {}

    /** Those of one number, with nothing to be known before. */
    public static List<Univariate> univariate() {
        return Arrays.stream(Known.values())
                .filter(known -> known.parameter == null)
                .map(known -> (Univariate) known.family.apply(Double.NaN))
                .toList();
    }

    /** The family of that {@link Family#name}. */
    public static Family named(String name) {
        Matcher match = NAME.matcher(name);
        if (match.matches()) {
            for (Known known : Known.values()) {
                boolean given = match.group(2) != null;
                if (known.name.equals(match.group(1)) && given == (known.parameter != null)) {
                    return known.family.apply(given ? number(match.group(2), name) : Double.NaN);
                }
            }
        }
        throw unknown(name);
    }

    private static double number(String text, String name) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw unknown(name);
        }
    }

    private static int whole(double x) {
        if (x != Math.rint(x) || Math.abs(x) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("Cannot use %s where a whole number is needed".formatted(x));
        }
        return (int) x;
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("Cannot use family '%s': known are %s"
                .formatted(name, Arrays.stream(Known.values()).map(Known::form).collect(Collectors.joining(", "))));
    }
}
