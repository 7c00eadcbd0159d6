package io.kfac.objective;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.batch.MiniBatch;
import io.kfac.family.Categorical;
import io.kfac.family.CounterRandom;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.testing.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that an index finds are those that looking at every row selects. */
class RowFinderTest {
    private static final Network NETWORK =
            Problems.network(new Categorical(), Activation.TANH, Precision.FLOAT, 5, 4, 3);
    private static final List<MiniBatch> BLOCKS = List.of(block(700, 1), block(0, 2), block(1, 3), block(1_500, 4));

    /** Ids as of rows that a hash has spread. */
    private static MiniBatch block(int rows, long seed) {
        MiniBatch batch = Problems.batch(NETWORK, rows, seed);
        long[] ids = IntStream.range(0, rows)
                .mapToLong(i -> CounterRandom.key(seed, i) >>> 20)
                .toArray();
        return new MiniBatch(batch.features(), batch.targets(), batch.weights(), ids);
    }

    /** Block and row, one after another. */
    private static List<String> looked(RowSelection selection) {
        List<String> all = new ArrayList<>();
        for (int b = 0; b < BLOCKS.size(); b++) {
            int[] rows = new int[BLOCKS.get(b).rows()];
            int count = selection.select(BLOCKS.get(b).rowIds(), rows);
            for (int i = 0; i < count; i++) {
                all.add(b + ":" + rows[i]);
            }
        }
        return all;
    }

    private static List<String> found(RowFinder.Index index, RowSelection selection) {
        List<String> all = new ArrayList<>();
        index.find(selection, (block, rows, count) -> {
            assertThat(count).isPositive();
            for (int i = 0; i < count; i++) {
                all.add(BLOCKS.indexOf(block) + ":" + rows[i]);
            }
        });
        return all;
    }

    @ParameterizedTest
    @EnumSource(RowSelection.Part.class)
    void batchesOfTwoEpochsHoldTheSameRowsInTheSameOrder(RowSelection.Part part) {
        RowFinder finder = new RowFinder(BLOCKS);
        int known = 0;
        int rows = 0;
        for (int batch = 0; batch < 200; batch++) {
            double from = batch % 100 / 100.0;
            RowSelection selection = new RowSelection(7, 0.2, part, batch / 100, from, Math.min(1, from + 0.01));
            Optional<RowFinder.Index> index = finder.index(selection);
            if (index.isPresent()) {
                assertThat(found(index.get(), selection)).isEqualTo(looked(selection));
                known++;
                rows += looked(selection).size();
            }
        }
        assertThat(known).as("all but the first looks of each epoch").isEqualTo(184);
        assertThat(rows).isPositive();
    }

    @Test
    void anIndexOfOneEpochOutlivesThatOfAnother() {
        RowFinder finder = new RowFinder(BLOCKS);
        RowSelection one = new RowSelection(7, 0, RowSelection.Part.TRAIN, 0, 0.5, 0.51);
        RowSelection other = new RowSelection(7, 0, RowSelection.Part.TRAIN, 1, 0.5, 0.51);
        RowFinder.Index first = indexed(finder, one);
        RowFinder.Index second = indexed(finder, other);
        assertThat(found(first, one)).isEqualTo(looked(one)).isNotEmpty();
        assertThat(found(second, other)).isEqualTo(looked(other)).isNotEmpty();
    }

    private static RowFinder.Index indexed(RowFinder finder, RowSelection selection) {
        return Stream.generate(() -> finder.index(selection))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void wideSelectionsAreLookedFor() {
        RowFinder finder = new RowFinder(BLOCKS);
        for (int i = 0; i < 20; i++) {
            assertThat(finder.index(RowSelection.training(1, 0.2).interval(0, 0.1)))
                    .isEmpty();
        }
    }

    @Test
    void anObjectiveGivesTheSameBitsBeforeAndAfterItHasAnIndex() {
        Objective objective = new InMemoryObjective(NETWORK, BLOCKS);
        Parameters at = NETWORK.initialParameters(3);
        RowSelection narrow = RowSelection.training(5, 0.1).interval(0.3, 0.35);
        RowSelection wide = RowSelection.training(5, 0.1).interval(0.3, 0.5);
        List<Query> queries = List.of(
                new Query(at, narrow, Request.gradientAnd(Optional.empty())), new Query(at, wide, Request.loss()));
        List<Evaluation> first = objective.evaluate("looked", queries);
        for (int i = 0; i < 12; i++) {
            List<Evaluation> next = objective.evaluate("again", queries);
            assertThat(next.get(0).rows()).isEqualTo(first.get(0).rows()).isPositive();
            assertThat(next.get(0).loss()).isEqualTo(first.get(0).loss());
            assertThat(next.get(0).gradient().orElseThrow().toArray())
                    .isEqualTo(first.get(0).gradient().orElseThrow().toArray());
            assertThat(next.get(1).loss()).isEqualTo(first.get(1).loss());
        }
    }
}
