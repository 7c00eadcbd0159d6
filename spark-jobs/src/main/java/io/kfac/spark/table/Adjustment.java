package io.kfac.spark.table;

import java.util.Arrays;
import java.util.Comparator;

/** What is done about many p-values, of which some are small by chance. */
public enum Adjustment {
    /** Keeps the probability of any false alarm below the level (Holm 1979). */
    HOLM {
        @Override
        double[] adjust(double[] p) {
            Integer[] order = order(p);
            double[] adjusted = new double[p.length];
            double most = 0;
            for (int rank = 0; rank < p.length; rank++) {
                most = Math.max(most, Math.min(1, (p.length - rank) * p[order[rank]]));
                adjusted[order[rank]] = most;
            }
            return adjusted;
        }
    },

    /** Keeps the expected share of false ones among the alarms below the level (Benjamini and Hochberg 1995). */
    BH {
        @Override
        double[] adjust(double[] p) {
            Integer[] order = order(p);
            double[] adjusted = new double[p.length];
            double least = 1;
            for (int rank = p.length - 1; rank >= 0; rank--) {
                least = Math.min(least, p.length / (rank + 1.0) * p[order[rank]]);
                adjusted[order[rank]] = least;
            }
            return adjusted;
        }
    };

    /** p-values that compare with the level as they are, in the same order. */
    abstract double[] adjust(double[] p);

    private static Integer[] order(double[] p) {
        Integer[] order = new Integer[p.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> p[i]));
        return order;
    }
}
