package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.family.Gaussian;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LooksTest {
    /** The layer of this width has width * (width + 1) parameters, of 4 bytes; copies that wait have 64 MB. */
    @ParameterizedTest
    @CsvSource({"100, 12", "2000, 4", "4000, 1", "10000, 1"})
    void largeModelsWaitForFewerOthers(int width, int together) {
        Network network = Network.mlp(width, List.of(), width, Activation.IDENTITY, new Gaussian(), Precision.FLOAT);
        assertThat(Looks.together(network)).isEqualTo(together);
    }
}
