package io.kfac.family;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Heads by the names that model files know them by: {@code gamma-log}, {@code negative-binomial(2.5)}. */
final class FamilyNames {
    /** What the log link adds to a distribution's name, where it is not the canonical one. */
    static final String LOG = "-log";

    private static final Pattern WITH_R = Pattern.compile("negative-binomial(-log)?\\((.*)\\)");

    private static final List<ExponentialFamily> WITHOUT_PARAMETERS = List.of(
            new Bernoulli(),
            new Categorical(),
            new Gaussian(),
            new Poisson().canonicalLink(),
            new Gamma().canonicalLink(),
            new Gamma().logLink(),
            new Normal().logLink(),
            new Binomial().logLink());

    private FamilyNames() {}

    /** The name, and r where the distribution has one, in digits that read back as the same number. */
    static String name(String name, Distribution distribution) {
        return distribution instanceof NegativeBinomial negative ? "%s(%s)".formatted(name, negative.r()) : name;
    }

    static ExponentialFamily parse(String name) {
        for (ExponentialFamily family : WITHOUT_PARAMETERS) {
            if (family.name().equals(name)) {
                return family;
            }
        }
        Matcher match = WITH_R.matcher(name);
        if (match.matches()) {
            Distribution distribution = new NegativeBinomial(number(match.group(2), name));
            return match.group(1) == null ? distribution.canonicalLink() : distribution.logLink();
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

    private static IllegalArgumentException unknown(String name) {
        List<String> known = new ArrayList<>();
        WITHOUT_PARAMETERS.forEach(family -> known.add(family.name()));
        return new IllegalArgumentException(
                "Cannot use output family '%s': known are %s, negative-binomial(r), negative-binomial-log(r)"
                        .formatted(name, String.join(", ", known)));
    }
}
