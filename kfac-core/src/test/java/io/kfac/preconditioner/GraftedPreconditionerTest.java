package io.kfac.preconditioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Parameters;
import io.kfac.preconditioner.ShampooPreconditioner.Options;
import io.kfac.preconditioner.ShampooPreconditioner.Sides;
import io.kfac.testing.Problems;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GraftedPreconditionerTest extends PreconditionerContract {
    private Preconditioner shampoo() {
        return new ShampooPreconditioner(network, new Options(Sides.TWO, 0.9, 100));
    }

    @Override
    Preconditioner create() {
        return new GraftedPreconditioner(network, shampoo(), new AdamPreconditioner(network, 0.999), 0);
    }

    @Override
    boolean linear() {
        return false;
    }

    /** On gradient descent's steps. */
    @Nested
    class OnDescent extends PreconditionerContract {
        @Override
        Preconditioner create() {
            return new GraftedPreconditioner(network, shampoo(), new IdentityPreconditioner(), 0);
        }

        @Override
        boolean linear() {
            return false;
        }
    }

    private Parameters step(Preconditioner preconditioner, int batches) {
        Parameters gradient = Problems.parameters(network, 1, 1);
        for (int b = 0; b < batches; b++) {
            gradient = Problems.parameters(network, 1, b);
            preconditioner.learn(Optional.empty(), gradient);
        }
        preconditioner.refresh(1e-6);
        Parameters out = Parameters.zeros(network, Precision.DOUBLE);
        preconditioner.apply(gradient, out);
        return out;
    }

    @Test
    void layersHaveOnesDirectionAndTheOthersLength() {
        Parameters grafted = step(create(), 3);
        Parameters direction = step(shampoo(), 3);
        Parameters length = step(new AdamPreconditioner(network, 0.999), 3);
        for (int l = 0; l < network.depth(); l++) {
            Matrix step = grafted.layer(l);
            Matrix along = direction.layer(l);
            double norm = Math.sqrt(step.dot(step));
            assertThat(norm).isCloseTo(Math.sqrt(length.layer(l).dot(length.layer(l))), within(1e-12 * norm));
            assertThat(step.dot(along) / (norm * Math.sqrt(along.dot(along)))).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void theFirstStepsAreTheOthersAltogether() {
        Preconditioner warm = new GraftedPreconditioner(network, shampoo(), new AdamPreconditioner(network, 0.999), 3);
        Parameters adam = step(new AdamPreconditioner(network, 0.999), 3);
        assertThat(step(warm, 3).toArray()).containsExactly(adam.toArray());
        Preconditioner over = new GraftedPreconditioner(network, shampoo(), new AdamPreconditioner(network, 0.999), 2);
        assertThat(step(over, 3).toArray()).isNotEqualTo(adam.toArray());
    }

    /** Statistics are the direction's alone: a length that needs any would never hear of them. */
    @Test
    void refusesALengthThatLearnsFromMoreThanSteps() {
        for (Preconditioner length : List.of(shampoo(), create())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new GraftedPreconditioner(network, shampoo(), length, 0))
                    .withMessageContaining("Cannot give steps the length of "
                            + length.getClass().getSimpleName());
        }
    }

    /** RMSprop does not correct its start: the first step is 1 / sqrt(1 - beta) times Adam's. */
    @Test
    void rmsPropStartsWithLongSteps() {
        Parameters adam = step(new AdamPreconditioner(network, 0.99), 1);
        Parameters rms = step(AdamPreconditioner.rmsProp(network, 0.99), 1);
        assertThat(rms.norm() / adam.norm()).isCloseTo(10, within(1e-3));
    }
}
