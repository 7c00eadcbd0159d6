package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.family.Gaussian;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.preconditioner.Preconditioner;
import io.kfac.preconditioner.ShampooPreconditioner.Options;
import io.kfac.preconditioner.ShampooPreconditioner.Sides;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShampooMetricTest {
    private static final int STEPS_A_ROUND = 4;
    private static final Network NETWORK =
            Network.mlp(3, List.of(4), 2, Activation.TANH, new Gaussian(), Precision.DOUBLE);

    /**
     * Where gradients are the same throughout a round, one of each round stands for all of them: averages forget as much in a round as
     * in its steps, sums are longer by a factor that grafts do without, and the warm-up is over after as many steps.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.9, 1})
    void oneGradientARoundStandsForAllOfIt(double decay) {
        ShampooMetric metric =
                new ShampooMetric(new Options(Sides.TWO, decay, 100), ShampooMetric.Graft.SGD, 2 * STEPS_A_ROUND);
        Preconditioner synchronous = metric.create(NETWORK, 1);
        Preconditioner local = metric.sampledEvery(STEPS_A_ROUND).create(NETWORK, 1);
        SplittableRandom random = new SplittableRandom(1);
        Parameters expected = Parameters.zeros(NETWORK, Precision.DOUBLE);
        Parameters found = Parameters.zeros(NETWORK, Precision.DOUBLE);
        for (int round = 1; round <= 3; round++) {
            double[] values = random.doubles(NETWORK.size(), -1, 1).toArray();
            Parameters gradient = Parameters.of(NETWORK, values);
            for (int step = 0; step < STEPS_A_ROUND; step++) {
                synchronous.accumulate(Optional.empty(), gradient);
            }
            local.accumulate(Optional.empty(), gradient);
            synchronous.refresh(0);
            local.refresh(0);
            synchronous.apply(gradient, expected);
            local.apply(gradient, found);
            assertThat(found.toArray()).containsExactly(expected.toArray(), within(1e-6));
            boolean warmingUp = Arrays.equals(found.toArray(), values);
            assertThat(warmingUp).as("round %d", round).isEqualTo(round <= 2);
        }
    }
}
