package io.kfac.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.kfac.model.Network;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.Preset;
import io.kfac.spark.engine.RunDescription.Trial;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TuningGridTest {
    private static List<Trial> grid(String contender) {
        CompareConfig config = CompareConfig.of(ConfigLayers.merge(
                ConfigFactory.parseString("compare { optimizers = [%s], tune { rates = [0.3, 1], batchRows = [64] } }"
                        .formatted(contender)),
                List.of(),
                Map.of()));
        Network network = Network.softmax(4, 3);
        Plan.Workload workload = new Plan.Workload(10_000, 2, 2, 0);
        CompareConfig.Contender first = config.contenders().get(0);
        OptimizerSpec sgd =
                first.config().mode().mode().of(Preset.SGD.of(network), OptionalInt.empty(), network, workload);
        return TuningGrid.of(config, first, sgd);
    }

    /** Of a step, not of a round: rates and rows are those of what partitions do. */
    @Test
    void localStepsAreTunedAsStepsAre() {
        for (String grid : List.of("", ", learningRate = [1, 2]", ", batchRows = [8]")) {
            assertThat(grid("{ name = sgd, train { mode = local }%s }".formatted(grid)))
                    .as(grid)
                    .isEqualTo(grid("{ name = sgd%s }".formatted(grid)));
        }
    }

    @Test
    void theDefaultGridIsMultiplesOfTheOwnRate() {
        assertThat(grid("{ name = sgd }")).containsExactly(new Trial(0.03, 64), new Trial(0.1, 64));
    }

    @Test
    void whatIsGivenIsTheGrid() {
        assertThat(grid("{ name = sgd, learningRate = [1, 2], batchRows = [8, 16] }"))
                .containsExactly(new Trial(1, 8), new Trial(1, 16), new Trial(2, 8), new Trial(2, 16));
        assertThat(grid("{ name = sgd, batchRows = [8, 16] }"))
                .as("at its own rate")
                .containsExactly(new Trial(0.1, 8), new Trial(0.1, 16));
    }
}
