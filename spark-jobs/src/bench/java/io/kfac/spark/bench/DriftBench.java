package io.kfac.spark.bench;

import io.kfac.spark.data.ArrayRows;
import io.kfac.spark.data.ScanColumns;
import io.kfac.spark.table.DriftOptions;
import io.kfac.spark.table.DriftResult;
import io.kfac.spark.table.TableDrift;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * How often {@code kfac drift} alarms at level .05: over repetitions without any drift, which is to be between .04 and .06, and with some.
 * Tables of a normal, a t with five degrees of freedom, a lognormal, a rounded column and a Zipf categorical of a hundred; 2,000 rows against
 * as many, and 200 against 5,000.
 */
final class DriftBench implements Bench.Benchmark {
    private static final int REPETITIONS = 2_000;
    private static final int ZIPF = 100;
    private static final double LEVEL = 0.05;
    private static final ScanColumns COLUMNS =
            new ScanColumns(List.of("normal", "t5", "lognormal", "rounded"), List.of("zipf"), Map.of());

    @Override
    public Bench.Findings run(SparkSession spark) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("repetitions", REPETITIONS);
        Rates equal = rates(2_000, 2_000, false);
        Rates unequal = rates(5_000, 200, false);
        details.put("falseAlarms2000x2000", equal.describe());
        details.put("falseAlarms5000x200", unequal.describe());
        details.put("power2000x2000", rates(2_000, 2_000, true).describe());
        details.put("power5000x200", rates(5_000, 200, true).describe());
        double least = Math.min(equal.least(), unequal.least());
        double most = Math.max(equal.most(), unequal.most());
        return new Bench.Findings(
                "false alarms at .05 from %.3f to %.3f over %d columns and sizes, %d repetitions each (95%% of chance: +- %.3f)"
                        .formatted(
                                least,
                                most,
                                equal.alarms.size() + unequal.alarms.size(),
                                REPETITIONS,
                                1.96 * Math.sqrt(LEVEL * (1 - LEVEL) / REPETITIONS)),
                details);
    }

    private record Rates(Map<String, Integer> alarms, int repetitions) {
        double least() {
            return rate(
                    alarms.values().stream().mapToInt(Integer::intValue).min().orElse(0));
        }

        double most() {
            return rate(
                    alarms.values().stream().mapToInt(Integer::intValue).max().orElse(0));
        }

        private double rate(int count) {
            return (double) count / repetitions;
        }

        /** With 95% intervals (Wilson 1927). */
        Map<String, String> describe() {
            Map<String, String> described = new TreeMap<>();
            alarms.forEach((column, count) -> {
                double p = rate(count);
                double z = 1.96 * 1.96 / repetitions;
                double center = (p + z / 2) / (1 + z);
                double half = Math.sqrt(z * (p * (1 - p) + z / 4)) / (1 + z);
                described.put(column, "%.4f (%.4f to %.4f)".formatted(p, center - half, center + half));
            });
            System.out.println("  " + described);
            return described;
        }
    }

    private static Rates rates(int before, int after, boolean drift) {
        int repetitions = drift ? REPETITIONS / 10 : REPETITIONS;
        Map<String, Integer> alarms = new TreeMap<>();
        List<Map<String, Double>> all = IntStream.range(0, repetitions)
                .parallel()
                .mapToObj(repetition -> trial(before, after, repetition, drift))
                .toList();
        all.forEach(p -> {
            p.forEach((column, value) -> alarms.merge(column, value <= LEVEL ? 1 : 0, Integer::sum));
        });
        return new Rates(alarms, repetitions);
    }

    /** p-values by column, and "any adjusted": the least of the adjusted ones. */
    private static Map<String, Double> trial(int before, int after, int repetition, boolean drift) {
        DriftOptions options = DriftOptions.defaults().withThreshold(0).withSeed(repetition);
        DriftResult result = TableDrift.run(
                COLUMNS, rows(before, 2L * repetition, false), rows(after, 2L * repetition + 1, drift), options);
        Map<String, Double> values = new TreeMap<>(result.pValues());
        values.put("any, adjusted by Holm", result.alarms() > 0 ? 0.0 : 1.0);
        return values;
    }

    /** @param drift whether means move by a fifth of a standard deviation, and a fifth of the first category to the last */
    private static ArrayRows rows(int rows, long seed, boolean drift) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] x = new double[4][rows];
        String[][] zipf = new String[1][rows];
        double[] cumulative = new double[ZIPF];
        double total = 0;
        for (int k = 0; k < ZIPF; k++) {
            total += 1.0 / (k + 1);
            cumulative[k] = total;
        }
        double shift = drift ? 0.2 : 0;
        for (int i = 0; i < rows; i++) {
            x[0][i] = shift + random.nextGaussian();
            double chi = 0;
            for (int k = 0; k < 5; k++) {
                double z = random.nextGaussian();
                chi += z * z / 5;
            }
            x[1][i] = shift + random.nextGaussian() / Math.sqrt(chi);
            x[2][i] = Math.exp(shift + random.nextGaussian());
            x[3][i] = Math.rint(50 + 12 * (shift + random.nextGaussian()));
            double u = random.nextDouble() * total;
            int k = 0;
            while (cumulative[k] < u) {
                k++;
            }
            zipf[0][i] = "c" + (drift && k == 0 && random.nextDouble() < 0.2 ? ZIPF - 1 : k);
        }
        return new ArrayRows(x, zipf);
    }
}
