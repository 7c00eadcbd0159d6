package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RefreshTest {
    private static final Preconditioner ANY = new IdentityPreconditioner();

    /** The first step and every so many after it, and a stretch of steps with one of them in it. */
    @Test
    void aStretchOfStepsIsDueWhereOneOfThemIs() {
        for (int every = 1; every <= 5; every++) {
            Refresh refresh = new Refresh.Every(every);
            int steps = every;
            for (long first = 1; first <= 12; first++) {
                for (long last = first; last <= 12; last++) {
                    boolean any = LongStream.rangeClosed(first, last).anyMatch(step -> step % steps == 1 % steps);
                    assertThat(refresh.due(first, last, ANY))
                            .as("every %d, from %d to %d", every, first, last)
                            .isEqualTo(any);
                }
            }
        }
    }
}
