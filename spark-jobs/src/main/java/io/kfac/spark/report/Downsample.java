package io.kfac.spark.report;

import java.util.stream.IntStream;

/** Fewer points that look the same: of each stretch of a series, its least and its greatest value, and always both ends. */
final class Downsample {
    private Downsample() {}

    /**
     * Indices to keep, ascending. Values that are not finite count as nothing.
     * @param most about how many; all where there are no more
     */
    static int[] extremes(int most, double[] values) {
        int n = values.length;
        if (n <= most) {
            return IntStream.range(0, n).toArray();
        }
        int stretches = Math.max(1, (most - 2) / 2);
        IntStream.Builder kept = IntStream.builder();
        kept.add(0);
        for (int s = 0; s < stretches; s++) {
            int from = (int) ((long) n * s / stretches);
            int to = (int) ((long) n * (s + 1) / stretches);
            int least = -1;
            int greatest = -1;
            for (int i = from; i < to; i++) {
                if (!Double.isFinite(values[i])) {
                    continue;
                }
                least = least < 0 || values[i] < values[least] ? i : least;
                greatest = greatest < 0 || values[i] > values[greatest] ? i : greatest;
            }
            if (least >= 0) {
                kept.add(least);
                kept.add(greatest);
            }
        }
        kept.add(n - 1);
        return kept.build().sorted().distinct().toArray();
    }
}
