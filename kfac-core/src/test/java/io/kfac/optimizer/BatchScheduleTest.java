package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.objective.RowSelection;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BatchScheduleTest {
    private static final long[] IDS = LongStream.range(0, 5_000).toArray();

    @Test
    void batchesOfAnEpochPartitionItsRowsEvenWhenTheyGrow() {
        BatchSchedule schedule = new BatchSchedule(1, 0.1, 0.07, 0.5);
        int[] heldOut = new int[IDS.length];
        int held = RowSelection.validation(1, 0.1).select(IDS, heldOut);
        for (int epoch = 0; epoch < 3; epoch++) {
            int[] seen = new int[IDS.length];
            int[] rows = new int[IDS.length];
            int batches = 0;
            double first = -1;
            double last = 0;
            while (schedule.epochs() < epoch + 1 - 1e-12 || batches == 0) {
                RowSelection batch = schedule.batch();
                int count = batch.select(IDS, rows);
                for (int i = 0; i < count; i++) {
                    seen[rows[i]]++;
                }
                first = first < 0 ? batch.fraction() : first;
                last = batch.fraction();
                schedule.advance(batch);
                if (++batches == 3) {
                    schedule.grow();
                }
            }
            for (int i = 0; i < held; i++) {
                assertThat(seen[heldOut[i]]).isZero();
                seen[heldOut[i]] = 1;
            }
            assertThat(Arrays.stream(seen).allMatch(n -> n == 1)).isTrue();
            assertThat(epoch > 0 || last > first).isTrue();
        }
    }

    @Test
    void epochsAreDifferentPermutations() {
        int[] first = new int[IDS.length];
        int[] second = new int[IDS.length];
        RowSelection batch = new RowSelection(1, 0, RowSelection.Part.TRAIN, 0, 0, 0.1);
        RowSelection later = new RowSelection(1, 0, RowSelection.Part.TRAIN, 1, 0, 0.1);
        int n = batch.select(IDS, first);
        int m = later.select(IDS, second);
        long common = Arrays.stream(first, 0, n)
                .filter(row -> Arrays.stream(second, 0, m).anyMatch(other -> other == row))
                .count();
        assertThat(n).isBetween(400, 600);
        assertThat(common).isBetween(20L, 90L);
    }
}
