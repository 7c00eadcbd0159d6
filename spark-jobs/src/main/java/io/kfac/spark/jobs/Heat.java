package io.kfac.spark.jobs;

import io.kfac.spark.engine.RunDescription.Trial;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/** One run of a comparison: who, with which settings of the grid, from which seed. */
record Heat(CompareConfig.Contender contender, Optional<Trial> trial, long seed) {

    /** Below the comparison's directory. */
    String directory() {
        String grid = trial.map(point -> "/rate-%s-rows-%d".formatted(rate(point), point.batchRows()))
                .orElse("");
        return "runs/%s%s/seed-%d".formatted(slug(contender.label()), grid, seed);
    }

    /** In lines for people. */
    String text() {
        return contender.label()
                + trial.map(point -> ", rate %s, %,d rows".formatted(rate(point), point.batchRows()))
                        .orElse("")
                + ", seed " + seed;
    }

    private static String rate(Trial point) {
        return Double.isNaN(point.learningRate())
                ? "none"
                : new BigDecimal(Double.toString(point.learningRate())).toPlainString();
    }

    /** Labels that differ in other characters only are told apart by a number made of them. */
    private static String slug(String label) {
        String plain =
                label.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        boolean same = label.toLowerCase(Locale.ROOT).replace(' ', '-').equals(plain);
        return same ? plain : "%s-%04x".formatted(plain, label.hashCode() & 0xffff);
    }
}
