package io.kfac.family;

import java.io.Serializable;
import java.util.List;

/**
 * log h(x) = constant + sum of coefficient times statistic: like the likelihood's other part, it needs only sums over the data.
 * @param terms none where h is constant
 */
public record BaseMeasure(double constant, List<Term> terms) implements Serializable {
    static final BaseMeasure ONE = new BaseMeasure(0, List.of());

    public BaseMeasure {
        terms = List.copyOf(terms);
    }

    static BaseMeasure of(double constant, double coefficient, Statistic statistic) {
        return new BaseMeasure(constant, List.of(new Term(coefficient, statistic)));
    }

    /** coefficient times statistic. */
    public record Term(double coefficient, Statistic statistic) implements Serializable {}

    /** log h(x). */
    public double log(double x) {
        double sum = constant;
        for (Term term : terms) {
            sum += term.coefficient() * term.statistic().of(x);
        }
        return sum;
    }
}
