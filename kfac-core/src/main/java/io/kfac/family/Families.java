package io.kfac.family;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Families by name: {@code normal}, {@code weibull(1.5)}. */
public final class Families {
    private static final Pattern NAME = Pattern.compile("([a-z-]+)(?:\\((.+)\\))?");

    /** Families that one known number tells apart, or a single one. @param parameter empty for a single one */
    private record Kind(String name, String parameter, DoubleFunction<Family> family) {
        Kind(String name, Family family) {
            this(name, "", known -> family);
        }

        boolean isSingle() {
            return parameter.isEmpty();
        }

        String form() {
            return isSingle() ? name : "%s(%s)".formatted(name, parameter);
        }
    }

    private static final List<Kind> KINDS = List.of(
            new Kind("bernoulli", new Binomials()),
            new Kind("binomial", "n", n -> new Binomials(whole(n))),
            new Kind("categorical", "k", k -> new Categoricals(whole(k))),
            new Kind("geometric", new NegativeBinomials()),
            new Kind("negative-binomial", "r", NegativeBinomials::new),
            new Kind("poisson", new Poissons()),
            new Kind("beta", new Betas()),
            new Kind("dirichlet", "k", k -> new Dirichlets(whole(k))),
            new Kind("exponential", new Exponentials()),
            new Kind("gamma", new Gammas()),
            new Kind("inverse-gaussian", new InverseGaussians()),
            new Kind("laplace", "location", Laplaces::new),
            new Kind("multivariate-normal", "d", d -> new MultivariateNormals(whole(d))),
            new Kind("normal", new Normals()),
            new Kind("normal-mean", "sd", KnownVarianceNormals::new),
            new Kind("pareto", "minimum", Paretos::new),
            new Kind("rayleigh", new Rayleighs()),
            new Kind("von-mises", new VonMises()),
            new Kind("weibull", "shape", Weibulls::new));

    private Families() {}

    /** Those of one number with nothing known beforehand. */
    public static List<Univariate> univariate() {
        return KINDS.stream()
                .filter(Kind::isSingle)
                .map(kind -> (Univariate) kind.family().apply(Double.NaN))
                .toList();
    }

    /** The family of that {@link Family#name}; products as {@code normal x poisson}. */
    public static Family named(String name) {
        String[] factors = name.split(Products.TIMES, -1);
        return factors.length > 1
                ? new Products(Arrays.stream(factors).map(Families::single).toArray(Family[]::new))
                : single(name);
    }

    private static Family single(String name) {
        Matcher match = NAME.matcher(name);
        if (match.matches()) {
            String known = match.group(2);
            for (Kind kind : KINDS) {
                if (kind.name().equals(match.group(1)) && kind.isSingle() == (known == null)) {
                    return kind.family().apply(known == null ? Double.NaN : number(known, name));
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
        if (!(x == Math.rint(x) && Math.abs(x) <= Integer.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "Cannot use %s for a number of classes, trials or dimensions: it must be whole".formatted(x));
        }
        return (int) x;
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("Cannot use family '%s': known are %s"
                .formatted(name, KINDS.stream().map(Kind::form).collect(Collectors.joining(", "))));
    }
}
