package io.kfac.spark.table;

import io.kfac.family.Univariate;
import io.kfac.spark.data.BadInput;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How tables are compared.
 * @param columns      empty: all that both tables have
 * @param drop         left out
 * @param unit         rows with equal values here belong together, such as visits of a customer: they are drawn together, since they are
 *     not independent; empty: every row is a draw of its own
 * @param families     in which columns of numbers are compared; others in the one that fits both tables together best
 * @param threshold    angle that matters; 0: any
 * @param level        of error, for intervals and adjusted p-values
 * @param permutations at least so many
 */
public record DriftOptions(
        List<String> columns,
        List<String> drop,
        Optional<String> unit,
        Map<String, Univariate> families,
        double threshold,
        double level,
        Adjustment adjustment,
        int permutations,
        long seed) {
    /** A mean that moves by a tenth of a standard deviation. */
    public static final double THRESHOLD = 0.1;

    public static final double LEVEL = 0.05;

    public static final int PERMUTATIONS = 999;

    public DriftOptions {
        columns = List.copyOf(columns);
        drop = List.copyOf(drop);
        families = Map.copyOf(families);
        require(threshold >= 0 && threshold <= Math.PI, "threshold", threshold, "an angle from 0 to pi");
        require(level >= 1e-3 && level < 1, "level", level, "from 0.001 to below 1");
        require(permutations >= 99, "permutations", permutations, "at least 99");
    }

    private static void require(boolean right, String name, double value, String allowed) {
        if (!right) {
            throw new BadInput("Cannot use %s %s: it must be %s".formatted(name, value, allowed));
        }
    }

    public static DriftOptions defaults() {
        return new DriftOptions(
                List.of(), List.of(), Optional.empty(), Map.of(), THRESHOLD, LEVEL, Adjustment.HOLM, PERMUTATIONS, 1);
    }

    public DriftOptions withColumns(List<String> only) {
        return new DriftOptions(only, drop, unit, families, threshold, level, adjustment, permutations, seed);
    }

    public DriftOptions withThreshold(double angle) {
        return new DriftOptions(columns, drop, unit, families, angle, level, adjustment, permutations, seed);
    }

    public DriftOptions withUnit(String column) {
        return new DriftOptions(
                columns, drop, Optional.of(column), families, threshold, level, adjustment, permutations, seed);
    }

    public DriftOptions withSeed(long other) {
        return new DriftOptions(columns, drop, unit, families, threshold, level, adjustment, permutations, other);
    }

    /** So many that the smallest p-value can pass the level though it is multiplied by the number of comparisons. */
    int permutations(int comparisons) {
        double room = 2.5;
        double needed = room * comparisons / level;
        int thousand = 1_000;
        return Math.max(permutations, (int) Math.ceil(needed / thousand) * thousand - 1);
    }
}
