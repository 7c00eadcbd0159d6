package io.kfac.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sun.misc.Signal;

class InterruptsTest {
    @Test
    void aSignalBeforeTheActionIsNotLost() throws InterruptedException {
        CountDownLatch cancelled = new CountDownLatch(1);
        AtomicInteger actions = new AtomicInteger();
        try (Interrupts interrupts = Interrupts.catching(cancelled::countDown)) {
            interrupts.onStop(Optional.of(actions::incrementAndGet));
            interrupts.onStop(Optional.empty());
            // Not INT: shells start background commands with that one ignored, and the JVM then keeps it so.
            Signal.raise(new Signal("TERM"));
            assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(actions).hasValue(0);
            interrupts.onStop(Optional.of(actions::incrementAndGet));
            assertThat(actions).hasValue(1);
        }
    }
}
