package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NoiseMonitorTest {
    @Test
    void stepsThatHelpNewRowsAreNotNoise() {
        NoiseMonitor monitor = new NoiseMonitor();
        for (int i = 0; i < 20; i++) {
            assertThat(monitor.tooNoisy(-0.7, -1)).isFalse();
        }
    }

    @Test
    void stepsThatHelpOnlyTheirOwnRowsAre() {
        NoiseMonitor monitor = new NoiseMonitor();
        assertThat(monitor.tooNoisy(-0.9, -1)).isFalse();
        boolean noisy = false;
        for (int i = 0; i < 6 && !noisy; i++) {
            noisy = monitor.tooNoisy(0.1, -1);
        }
        assertThat(noisy).isTrue();
    }

    @Test
    void aLossThatIsNotFiniteCountsAsNoise() {
        assertThat(new NoiseMonitor().tooNoisy(Double.NaN, -1)).isTrue();
    }
}
