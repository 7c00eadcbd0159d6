package io.kfac.preconditioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.family.Gaussian;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.linalg.Precision;
import io.kfac.linalg.SymmetricEigen;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.preconditioner.ShampooPreconditioner.Options;
import io.kfac.preconditioner.ShampooPreconditioner.Sides;
import io.kfac.testing.Problems;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ShampooPreconditionerTest extends PreconditionerContract {
    private static final Network SQUARE =
            new Network(List.of(new Layer(2, 2, Activation.IDENTITY, false)), new Gaussian(), Precision.DOUBLE);

    @Override
    Preconditioner create() {
        return new ShampooPreconditioner(network, new Options(Sides.TWO, 0.9, 3));
    }

    /** Of the same network: an R for layers of more outputs than columns, an L for the others. */
    @Nested
    class OneSide extends PreconditionerContract {
        @Override
        Preconditioner create() {
            return new ShampooPreconditioner(network, new Options(Sides.ONE, 0.9, 100));
        }
    }

    /** As Adagrad's. */
    @Nested
    class Accumulated extends PreconditionerContract {
        @Override
        Preconditioner create() {
            return new ShampooPreconditioner(network, new Options(Sides.TWO, 1, 100));
        }
    }

    private static Parameters step(Network net, Options options, double damping, Parameters... gradients) {
        ShampooPreconditioner shampoo = new ShampooPreconditioner(net, options);
        for (Parameters gradient : gradients) {
            shampoo.accumulate(Optional.empty(), gradient);
        }
        shampoo.refresh(damping);
        Parameters out = Parameters.zeros(net, Precision.DOUBLE);
        shampoo.apply(gradients[gradients.length - 1], out);
        return out;
    }

    private static Parameters square(double... values) {
        return Parameters.of(SQUARE, values);
    }

    /** L^-1/4 G R^-1/4 of a single G is its orthogonal factor: 3 0; 4 5 is P with P = 2 -1; 1 2 over root 5. */
    @Test
    void theFirstStepIsTheOrthogonalFactor() {
        double root = Math.sqrt(5);
        double[] expected = {2 / root, -1 / root, 1 / root, 2 / root};
        for (Sides sides : Sides.values()) {
            double[] found = step(SQUARE, new Options(sides, 1, 10), 0, square(3, 0, 4, 5))
                    .toArray();
            for (int i = 0; i < 4; i++) {
                assertThat(found[i]).isCloseTo(expected[i], within(1e-8));
            }
        }
    }

    /** A diagonal gradient makes L and R diagonal: sums as Adagrad's, averages corrected for their start. */
    @Test
    void sumsAddUpAndAveragesDecay() {
        Parameters first = square(2, 0, 0, 1);
        Parameters second = square(1, 0, 0, 3);
        double[] sums =
                step(SQUARE, new Options(Sides.TWO, 1, 10), 0, first, second).toArray();
        assertThat(sums[0]).isCloseTo(1 / Math.sqrt(5), within(1e-8));
        assertThat(sums[3]).isCloseTo(3 / Math.sqrt(10), within(1e-8));
        double[] averages =
                step(SQUARE, new Options(Sides.TWO, 0.5, 10), 0, first, second).toArray();
        assertThat(averages[0]).isCloseTo(1 / Math.sqrt((0.5 * 4 + 1) / 1.5), within(1e-8));
        assertThat(averages[3]).isCloseTo(3 / Math.sqrt((0.5 * 1 + 9) / 1.5), within(1e-8));
    }

    /** A block of a large matrix is what Shampoo makes of the block alone. */
    @Test
    void blocksAreOnTheirOwn() {
        Network wide = Problems.network(new Gaussian(), Activation.IDENTITY, Precision.DOUBLE, 4, 3);
        Parameters gradient = Problems.parameters(wide, 1, 3);
        // 3 x 5 in blocks of at most 3: columns 0 to 1 and 2 to 4.
        Matrix whole = step(wide, new Options(Sides.TWO, 1, 3), 0.1, gradient).layer(0);
        Network part =
                new Network(List.of(new Layer(3, 3, Activation.IDENTITY, false)), new Gaussian(), Precision.DOUBLE);
        DoubleMatrix columns = (DoubleMatrix) gradient.layer(0).colRange(2, 5).copy();
        Matrix alone = step(part, new Options(Sides.TWO, 1, 3), 0.1, Parameters.of(part, columns.data()))
                .layer(0);
        Matrix block = whole.colRange(2, 5).copy();
        block.add(-1, alone);
        assertThat(Math.sqrt(block.dot(block))).isLessThan(1e-12);
    }

    /** L and R of every block, for those who look at spectra: means of G G' and G' G. */
    @Test
    void factorsAreItsMoments() {
        ShampooPreconditioner shampoo = new ShampooPreconditioner(SQUARE, new Options(Sides.TWO, 0.5, 10));
        shampoo.accumulate(Optional.empty(), square(1, 2, 0, 1));
        assertThat(shampoo.factors()).extracting(CurvatureFactor::name).containsExactly("layer 1, L", "layer 1, R");
        DoubleMatrix left = shampoo.factors().get(0).mean().get();
        DoubleMatrix right = shampoo.factors().get(1).mean().get();
        assertThat(new double[] {left.get(0, 0), left.get(1, 0), left.get(1, 1)})
                .containsExactly(new double[] {5, 2, 1}, within(1e-12));
        assertThat(new double[] {right.get(0, 0), right.get(1, 0), right.get(1, 1)})
                .containsExactly(new double[] {1, 2, 5}, within(1e-12));
        Preconditioner grafted = new GraftedPreconditioner(SQUARE, shampoo, new AdamPreconditioner(SQUARE, 0.999), 0);
        assertThat(grafted.factors()).extracting(CurvatureFactor::name).containsExactly("layer 1, L", "layer 1, R");
        assertThat(new ShampooPreconditioner(SQUARE, new Options(Sides.ONE, 1, 1)).factors())
                .extracting(CurvatureFactor::name)
                .containsExactly(
                        "layer 1, outputs 1 to 1, columns 1 to 1, L",
                        "layer 1, outputs 1 to 1, columns 2 to 2, L",
                        "layer 1, outputs 2 to 2, columns 1 to 1, L",
                        "layer 1, outputs 2 to 2, columns 2 to 2, L");
    }

    /** One side is the smaller one: (G G' + lambda I)^-1/2 G for few outputs. */
    @Test
    void oneSideTakesTheSquareRoot() {
        Network wide = Problems.network(new Gaussian(), Activation.IDENTITY, Precision.DOUBLE, 4, 3);
        Parameters gradient = Problems.parameters(wide, 1, 3);
        Matrix found = step(wide, new Options(Sides.ONE, 1, 10), 0.1, gradient).layer(0);
        Matrix g = gradient.layer(0);
        DoubleMatrix l = DoubleMatrix.zeros(3, 3);
        l.multiply(1, g, Transpose.NO, g, Transpose.YES, 0);
        DoubleMatrix root = InverseRoot.of(l, 0.1, 2, "L");
        DoubleMatrix expected = DoubleMatrix.zeros(3, 5);
        expected.multiply(1, root, Transpose.NO, g, Transpose.NO, 0);
        expected.add(-1, found);
        assertThat(Math.sqrt(expected.dot(expected))).isLessThan(1e-12);
    }

    @Test
    void inverseRootsSolveTheirEquation() {
        DoubleMatrix x = (DoubleMatrix) Problems.parameters(network, 1, 4).layer(0);
        DoubleMatrix m = DoubleMatrix.zeros(5, 5);
        m.multiply(1, x, Transpose.NO, x, Transpose.YES, 0);
        DoubleMatrix root = InverseRoot.of(m, 0, 4, "L");
        SymmetricEigen eigen = SymmetricEigen.of(root).orElseThrow();
        double[] values = SymmetricEigen.of(m).orElseThrow().values();
        for (int i = 0; i < 5; i++) {
            assertThat(Math.pow(eigen.values()[4 - i], -4)).isCloseTo(values[i], within(1e-7 * values[4]));
        }
    }

    /**
     * A ridge that all but cancels a negative eigenvalue leaves a positive one, of which rounding is a large share: the root is finite
     * and solves nothing, so the next higher ridge is taken.
     */
    @Test
    void aRootThatDoesNotSolveItsEquationIsTakenAgain() {
        double least = -1e-10 + 5e-15;
        double cos = Math.cos(0.7);
        double sin = Math.sin(0.7);
        DoubleMatrix m = DoubleMatrix.zeros(2, 2);
        m.set(0, 0, cos * cos + least * sin * sin);
        m.set(1, 0, (1 - least) * cos * sin);
        m.set(1, 1, sin * sin + least * cos * cos);
        for (int root : new int[] {2, 4}) {
            double[] values = SymmetricEigen.of(InverseRoot.of(m, 0, root, "L"))
                    .orElseThrow()
                    .values();
            // Ten times the floor.
            double expected = Math.pow(least + 1e-9, -1.0 / root);
            assertThat(values[1]).isCloseTo(expected, within(1e-4 * expected));
            assertThat(values[0]).isCloseTo(1, within(1e-8));
        }
    }

    /** Of rank one: what has no gradient gets the floor for its eigenvalue, not infinity. */
    @Test
    void singularStatisticsGetAFloor() {
        DoubleMatrix m = DoubleMatrix.zeros(2, 2);
        m.set(0, 0, 16);
        DoubleMatrix root = InverseRoot.of(m, 0, 4, "L");
        assertThat(root.get(0, 0)).isCloseTo(0.5, within(1e-9));
        assertThat(root.get(1, 1)).isCloseTo(Math.pow(16e-10, -0.25), within(1e-6));
        assertThat(InverseRoot.of(DoubleMatrix.zeros(2, 2), 0, 4, "L").get(0, 0))
                .isZero();
    }

    @Test
    void statisticsThatAreNotFiniteAreNamed() {
        assertThatThrownBy(() -> step(SQUARE, new Options(Sides.TWO, 1, 10), 0, square(Double.NaN, 0, 0, 1)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("L of layer 0");
    }
}
