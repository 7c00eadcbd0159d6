package io.kfac.spark.ml;

import io.kfac.family.Binomial;
import io.kfac.family.Distribution;
import io.kfac.family.Gamma;
import io.kfac.family.IndependentOutputs;
import io.kfac.family.NegativeBinomial;
import io.kfac.family.Normal;
import io.kfac.family.Poisson;
import io.kfac.spark.data.BadInput;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Family and link by the names of MLlib's GeneralizedLinearRegression and R.
 * @param outputs  what the network puts out
 * @param negated  whether the link's value is minus the output: of gamma, the inverse of the mean, where outputs are natural
 *     parameters, its negative
 */
record Head(IndependentOutputs outputs, boolean negated) implements Serializable {
    private static final String LOG = "log";
    /** Of each family, the default first. */
    private static final Map<String, List<String>> LINKS = Map.of(
            "gaussian", List.of("identity", LOG),
            "binomial", List.of("logit", LOG),
            "poisson", List.of(LOG),
            "gamma", List.of("inverse", LOG),
            "negative-binomial", List.of(LOG, "canonical"));

    static final List<String> FAMILIES = List.of("gaussian", "binomial", "poisson", "gamma", "negative-binomial");
    static final List<String> LINK_NAMES = List.of("identity", LOG, "logit", "inverse", "canonical");

    /**
     * @param link empty: the family's default
     * @param r    of the negative binomial
     * @throws BadInput if the two do not go together
     */
    static Head of(String family, String link, double r) {
        String name = family.toLowerCase(Locale.ROOT);
        List<String> links = LINKS.get(name);
        String chosen = link.isEmpty() ? links.get(0) : link.toLowerCase(Locale.ROOT);
        if (!links.contains(chosen)) {
            throw new BadInput("Cannot use link %s with family %s. Remedy: one of %s"
                    .formatted(link, family, String.join(", ", links)));
        }
        Distribution distribution = distribution(name, r);
        boolean canonical = !chosen.equals(LOG) || name.equals("poisson");
        return new Head(canonical ? distribution.canonicalLink() : distribution.logLink(), chosen.equals("inverse"));
    }

    private static Distribution distribution(String family, double r) {
        return switch (family) {
            case "gaussian" -> new Normal();
            case "binomial" -> new Binomial();
            case "poisson" -> new Poisson();
            case "gamma" -> new Gamma();
            case "negative-binomial" -> new NegativeBinomial(r);
            default -> throw new IllegalArgumentException("Cannot use family %s".formatted(family));
        };
    }
}
