package io.kfac.spark.table;

import io.kfac.spark.data.ArrayRows;
import io.kfac.spark.data.ScanColumns;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Tables of the distributions on which comparisons are calibrated. */
final class Draws {
    static final List<String> NUMBERS = List.of("normal", "t5", "lognormal", "rounded");
    static final ScanColumns COLUMNS = new ScanColumns(NUMBERS, List.of("zipf"), Map.of());

    private static final int ZIPF = 100;

    private Draws() {}

    /** @param shift added to the normal column @param share of Zipf's first category that goes to the last */
    static ArrayRows rows(int rows, long seed, double shift, double share) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] numbers = new double[4][rows];
        String[][] categories = new String[1][rows];
        double[] cumulative = new double[ZIPF];
        double total = 0;
        for (int k = 0; k < ZIPF; k++) {
            total += 1.0 / (k + 1);
            cumulative[k] = total;
        }
        for (int i = 0; i < rows; i++) {
            numbers[0][i] = shift + random.nextGaussian();
            double chi = 0;
            for (int k = 0; k < 5; k++) {
                double z = random.nextGaussian();
                chi += z * z / 5;
            }
            numbers[1][i] = random.nextGaussian() / Math.sqrt(chi);
            numbers[2][i] = Math.exp(random.nextGaussian());
            numbers[3][i] = Math.rint(50 + 12 * random.nextGaussian());
            double u = random.nextDouble() * total;
            int k = 0;
            while (cumulative[k] < u) {
                k++;
            }
            k = k == 0 && random.nextDouble() < share ? ZIPF - 1 : k;
            categories[0][i] = "c" + k;
        }
        return new ArrayRows(numbers, categories);
    }
}
