package io.kfac.spark.ml;

import io.kfac.family.Categorical;
import io.kfac.inference.Collinearity.Dependence;
import io.kfac.inference.Separation;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.spark.data.Standardization;
import io.kfac.spark.engine.Identification;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the data leave open about coefficients, in the words and units of the table. */
final class CoefficientFindings {
    /** Combinations, and terms of each, that are written out. */
    private static final int SHOWN = 10;

    private final Network network;
    private final Standardization scaling;
    private final List<String> names;
    private final int[] labels;
    private final boolean negated;

    /** @param labels of the outputs @param negated whether the model's outputs have the other sign */
    CoefficientFindings(Network network, Standardization scaling, List<String> names, int[] labels, boolean negated) {
        this.network = network;
        this.scaling = scaling;
        this.names = names;
        this.labels = labels;
        this.negated = negated;
    }

    List<Finding> of(Identification identification, long rows) {
        List<Finding> findings = new ArrayList<>();
        List<Dependence> dependences = identification.dependences();
        if (!dependences.isEmpty()) {
            findings.add(collinear(dependences));
        }
        if (identification.tooWide()) {
            findings.add(new Finding(
                    Finding.Kind.NOT_EXAMINED,
                    ("Whether features are collinear was not examined: the Gram matrix of %,d of them takes the driver too long"
                                    + " (at most %,d). Remedy: fewer features, or regParam > 0")
                            .formatted(names.size(), Identification.MOST_COLUMNS),
                    List.of()));
        }
        identification
                .separation()
                .map(separation -> separated(separation, rows, dependences.isEmpty()))
                .ifPresent(findings::add);
        return findings;
    }

    private Finding collinear(List<Dependence> dependences) {
        List<String> features =
                dependences.stream().map(d -> names.get(d.column())).toList();
        List<String> shown = dependences.stream()
                .limit(SHOWN)
                .map(d -> names.get(d.column()) + " = " + combination(d))
                .toList();
        String more = dependences.size() > SHOWN ? "; ... (%d in all)".formatted(dependences.size()) : "";
        return new Finding(
                Finding.Kind.COLLINEAR,
                ("Collinear features, whose coefficients the data do not determine (of all that are as good, these are the"
                                + " shortest): %s%s. Remedy: leave them out, or regParam > 0")
                        .formatted(String.join("; ", shown), more),
                features);
    }

    /** Of raw features. */
    private String combination(Dependence dependence) {
        double own = sigma(dependence.column());
        double constant = mean(dependence.column());
        List<String> terms = new ArrayList<>();
        for (var term : dependence.combination().entrySet()) {
            int column = term.getKey();
            if (column >= names.size()) {
                constant += term.getValue() * own;
                continue;
            }
            double share = term.getValue() * own / sigma(column);
            constant -= share * mean(column);
            terms.add(term(share, names.get(column)));
        }
        boolean some = Math.abs(constant) > RawScale.ROUNDING * (own + Math.abs(mean(dependence.column())));
        if (some || terms.isEmpty()) {
            terms.add(0, number(some ? constant : 0));
        }
        int size = terms.size();
        List<String> shown = size > SHOWN ? terms.subList(0, SHOWN) : terms;
        String more = size > SHOWN ? " + ... (%d terms)".formatted(size) : "";
        return String.join(" + ", shown).replace("+ -", "- ") + more;
    }

    private static String term(double share, String name) {
        String number = number(share);
        return switch (number) {
            case "1" -> name;
            case "-1" -> "-" + name;
            default -> number + " " + name;
        };
    }

    /** Six digits, without the zeros at the end. */
    private static String number(double value) {
        String digits = String.format(Locale.ROOT, "%.6g", value);
        return digits.contains(".") && !digits.contains("e") ? digits.replaceAll("\\.?0+$", "") : digits;
    }

    private double sigma(int column) {
        return scaling.sigma()[column];
    }

    private double mean(int column) {
        return scaling.centered() ? scaling.mean()[column] : 0;
    }

    private Finding separated(Separation separation, long rows, boolean independent) {
        boolean classes = network.family().classifies();
        Set<String> features = new LinkedHashSet<>();
        List<String> moves = new ArrayList<>();
        int moved = 0;
        Matrix direction = RawScale.of(network, separation.direction(), scaling).layer(0);
        for (int j = 0; j < direction.cols(); j++) {
            String name = j < names.size() ? names.get(j) : Coefficient.INTERCEPT;
            for (int k = 0; k < direction.rows(); k++) {
                double slope = negated ? -direction.get(k, j) : direction.get(k, j);
                if (Math.abs(slope) > RawScale.ROUNDING * largest(direction, j)) {
                    features.add(name);
                    if (moved++ >= SHOWN) {
                        continue;
                    }
                    String of = network.family() instanceof Categorical ? " of class " + labels[k] : "";
                    moves.add("%s%s %s".formatted(name, of, slope > 0 ? "rises" : "falls"));
                }
            }
        }
        String what = separation.complete() ? "completely" : "quasi-completely";
        String apart = independent ? "" : " This is not for the collinear features, which were set aside.";
        return new Finding(
                separation.complete() ? Finding.Kind.SEPARATION_COMPLETE : Finding.Kind.SEPARATION_QUASI,
                ("%s are %s separated: no finite coefficients are best, since some that go on for ever (%s) lower the loss of %,.0f of %,d"
                                + " rows without end. Their standard errors are infinite.%s Remedy: regParam > 0, or leave them out")
                        .formatted(
                                classes ? "Classes" : "Zeros",
                                what,
                                String.join(", ", moves) + (moved > SHOWN ? ", ... (%d in all)".formatted(moved) : ""),
                                separation.descending(),
                                rows,
                                apart),
                List.copyOf(features));
    }

    /** What the largest step of the feature's column, or of all features on the mean row for the intercept, compares with. */
    private double largest(Matrix direction, int column) {
        double largest = 0;
        for (int k = 0; k < direction.rows(); k++) {
            if (column < names.size()) {
                largest = Math.max(largest, Math.abs(direction.get(k, column)));
            } else {
                double sum = Math.abs(direction.get(k, column));
                for (int j = 0; j < names.size(); j++) {
                    sum += Math.abs(direction.get(k, j) * scaling.mean()[j]);
                }
                largest = Math.max(largest, sum);
            }
        }
        return largest;
    }
}
