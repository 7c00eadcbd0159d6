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

class GraftedPreconditionerTest {
    /** Shampoo's direction. */
    abstract static class Grafted extends PreconditionerContract {
        abstract Preconditioner length();

        Preconditioner shampoo() {
            return new ShampooPreconditioner(network, new Options(Sides.TWO, 0.9, 100));
        }

        @Override
        Preconditioner create() {
            return new GraftedPreconditioner(network, shampoo(), length(), 0);
        }

        @Override
        boolean linear() {
            return false;
        }

        /** The gradient, layers as long as the steps whose lengths they have: damping is the direction's alone. */
        @Override
        Parameters limit(Parameters gradient) {
            Preconditioner length = length();
            length.follow(gradient);
            length.follow(gradient);
            Parameters step = Parameters.zeros(network, Precision.DOUBLE);
            length.apply(gradient, step);
            Parameters limit = gradient.copy(network);
            for (int l = 0; l < network.depth(); l++) {
                limit.layer(l).scale(norm(step.layer(l)) / norm(gradient.layer(l)));
            }
            return limit;
        }

        private static double norm(Matrix layer) {
            return Math.sqrt(layer.dot(layer));
        }

        Parameters step(Preconditioner preconditioner, double damping, int batches) {
            Parameters gradient = Problems.parameters(network, 1, 1);
            for (int b = 0; b < batches; b++) {
                gradient = Problems.parameters(network, 1, b);
                preconditioner.learn(Optional.empty(), gradient);
            }
            preconditioner.refresh(damping);
            Parameters out = Parameters.zeros(network, Precision.DOUBLE);
            preconditioner.apply(gradient, out);
            return out;
        }

        /** Whatever the damping of the direction: Shampoo's is in units of squared gradients, Adam's epsilon in those of gradients. */
        @Test
        void layersHaveOnesDirectionAndTheOthersLength() {
            for (double damping : new double[] {1e-6, 1}) {
                Parameters grafted = step(create(), damping, 3);
                Parameters direction = step(shampoo(), damping, 3);
                Parameters length = step(length(), length() instanceof AdamPreconditioner ? 1e-8 : 0, 3);
                for (int l = 0; l < network.depth(); l++) {
                    Matrix step = grafted.layer(l);
                    Matrix along = direction.layer(l);
                    double norm = norm(step);
                    assertThat(norm).isCloseTo(norm(length.layer(l)), within(1e-12 * norm));
                    assertThat(step.dot(along) / (norm * norm(along))).isCloseTo(1, within(1e-12));
                }
            }
        }
    }

    @Nested
    class OnAdam extends Grafted {
        @Override
        Preconditioner length() {
            return new AdamPreconditioner(network, 0.999);
        }

        @Test
        void theFirstStepsAreTheOthersAltogether() {
            Preconditioner warm = new GraftedPreconditioner(network, shampoo(), length(), 3);
            Parameters adam = step(length(), AdamPreconditioner.EPSILON, 3);
            assertThat(step(warm, 1, 3).toArray()).containsExactly(adam.toArray());
            Preconditioner over = new GraftedPreconditioner(network, shampoo(), length(), 2);
            assertThat(step(over, 1, 3).toArray()).isNotEqualTo(adam.toArray());
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
    }

    /** On gradient descent's steps. */
    @Nested
    class OnDescent extends Grafted {
        @Override
        Preconditioner length() {
            return new IdentityPreconditioner();
        }
    }

    /** On RMSprop's, which forgets faster than Adam. */
    @Nested
    class OnRmsProp extends Grafted {
        @Override
        Preconditioner length() {
            return new AdamPreconditioner(network, 0.9);
        }

        /** Whatever is forgotten: the first step's squares are the gradient's own, all its numbers of size 1. */
        @Test
        void theFirstStepIsNoLongerThanAdams() {
            Parameters first = step(create(), 1e-6, 1);
            assertThat(first.norm()).isCloseTo(Math.sqrt(network.size()), within(1e-6 * network.size()));
        }
    }
}
