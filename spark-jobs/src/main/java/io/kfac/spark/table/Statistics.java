package io.kfac.spark.table;

import io.kfac.family.BaseMeasure;
import io.kfac.family.Statistic;
import io.kfac.family.Univariate;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What some families need to know of a column: beside values and squares, the union of their sufficient statistics and base measures.
 * A statistic is needed as long as one of the families that use it can still have all values seen.
 */
final class Statistics implements Serializable {
    private static final long serialVersionUID = 1L;

    private final List<Univariate> families;
    private final Statistic[] others;
    private final Univariate[][] users;

    Statistics(List<Univariate> families) {
        this.families = List.copyOf(families);
        Set<Statistic> found = new LinkedHashSet<>();
        families.forEach(family -> found.addAll(others(family)));
        this.others = found.toArray(new Statistic[0]);
        this.users = new Univariate[others.length][];
        for (int i = 0; i < others.length; i++) {
            Statistic statistic = others[i];
            users[i] = families.stream()
                    .filter(family -> others(family).contains(statistic))
                    .toArray(Univariate[]::new);
        }
    }

    private static List<Statistic> others(Univariate family) {
        List<Statistic> all = new ArrayList<>(family.statistics());
        family.base().terms().stream().map(BaseMeasure.Term::statistic).forEach(all::add);
        all.remove(Statistic.Plain.VALUE);
        all.remove(Statistic.Plain.SQUARE);
        return all;
    }

    List<Univariate> families() {
        return families;
    }

    /** Those beside values and squares. */
    int count() {
        return others.length;
    }

    Statistic get(int i) {
        return others[i];
    }

    int indexOf(Statistic statistic) {
        return List.of(others).indexOf(statistic);
    }

    boolean needed(int i, double min, double max, boolean integers) {
        for (Univariate family : users[i]) {
            if (family.support().admits(min, max, integers)) {
                return true;
            }
        }
        return false;
    }
}
