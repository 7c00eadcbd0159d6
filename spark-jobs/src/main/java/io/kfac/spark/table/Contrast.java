package io.kfac.spark.table;

import io.kfac.family.Categoricals;
import io.kfac.family.DuallyFlat;
import io.kfac.family.Family;
import io.kfac.family.Mean;
import java.util.Arrays;

/** How far apart two sums of statistics are, as {@link GroupedSums} has them: symmetric, 0 where their means are equal. */
@FunctionalInterface
interface Contrast {

    /** In [0, pi]. @param a not modified @param b not modified */
    double angle(double[] a, double[] b);

    /**
     * Ambient Fisher-Rao angle of the maximum-likelihood members. Data that no member fits, since they are constant, are as far from all
     * others as can be.
     */
    static Contrast of(Family family) {
        if (family instanceof Categoricals categories) {
            return (a, b) -> a[0] > 0 && b[0] > 0 ? categories.distance(mean(a), mean(b)) : Math.PI;
        }
        DuallyFlat geometry = new DuallyFlat(family);
        return (a, b) -> {
            Mean p = mean(a);
            Mean q = mean(b);
            if (!family.contains(p) || !family.contains(q)) {
                return Arrays.equals(p.values(), q.values()) ? 0 : Math.PI;
            }
            return geometry.ambientAngle(family.natural(p), family.natural(q));
        };
    }

    /** Means of the statistics. */
    static Mean mean(double[] sums) {
        double[] means = new double[sums.length - 1];
        for (int i = 0; i < means.length; i++) {
            means[i] = sums[1 + i] / sums[0];
        }
        return new Mean(means);
    }
}
