package io.kfac.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RowOrderTest {
    @Test
    void sortsStably() {
        SplittableRandom random = new SplittableRandom(3);
        for (int n : new int[] {0, 1, 2, 3, 100, 1023}) {
            long[] keys = random.longs(n, -20, 20).toArray();
            int[] order = RowOrder.sort(keys);
            assertThat(order).hasSize(n);
            for (int i = 1; i < n; i++) {
                long earlier = keys[order[i - 1]];
                long later = keys[order[i]];
                assertThat(earlier < later || (earlier == later && order[i - 1] < order[i]))
                        .isTrue();
            }
        }
    }

    @Test
    void hashesSpreadEvenly() {
        int[] counts = new int[7];
        double mean = 0;
        int n = 70_000;
        for (long id = 0; id < n; id++) {
            counts[RowHash.partition(id, 7)]++;
            mean += RowHash.uniform(5, id) / n;
        }
        for (int count : counts) {
            assertThat(count).isBetween(9_600, 10_400); // 4 standard deviations of a binomial
        }
        assertThat(mean).isBetween(0.4956, 0.5044);
    }
}
