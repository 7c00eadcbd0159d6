package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Matrix.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against the update of BFGS written out with whole matrices (Nocedal and Wright 2006, equation 6.17). */
class InverseHessianTest {
    private static final int SIZE = 5_000;
    private static final int SMALL = 12;

    private final Random random = new Random(7);

    @Test
    void isTheUpdateWithWholeMatrices() {
        List<DoubleMatrix> steps = new ArrayList<>();
        List<DoubleMatrix> changes = new ArrayList<>();
        DoubleMatrix hessian = positive();
        InverseHessian inverse = new InverseHessian(SMALL, 4);
        for (int k = 0; k < 7; k++) {
            DoubleMatrix s = row(SMALL);
            DoubleMatrix y = rounded(times(hessian, s));
            steps.add(s);
            changes.add(y);
            inverse.learn(s, y);
        }
        DoubleMatrix metric = positive();
        DoubleMatrix v = row(SMALL);
        DoubleMatrix found = inverse.times(v, Optional.of(u -> times(metric, u)));
        DoubleMatrix expected = times(explicit(metric, steps.subList(3, 7), changes.subList(3, 7)), v);
        assertClose(found, expected);
        assertClose(
                inverse.times(v, Optional.empty()),
                times(explicit(identity(), steps.subList(3, 7), changes.subList(3, 7)), v));
    }

    @Test
    void forgetsAndRefusesWhereTheGradientDidNotGrow() {
        InverseHessian inverse = new InverseHessian(SMALL, 3);
        DoubleMatrix s = row(SMALL);
        DoubleMatrix y = (DoubleMatrix) s.copy();
        y.scale(-1);
        inverse.learn(s, y);
        DoubleMatrix v = row(SMALL);
        assertClose(inverse.times(v, Optional.empty()), v);
        y.scale(-2);
        inverse.learn(s, y);
        assertThat(inverse.times(s, Optional.empty()).get(0, 0)).isCloseTo(s.get(0, 0) / 2, within(1e-12));
        inverse.clear();
        assertClose(inverse.times(v, Optional.empty()), v);
    }

    /** More than one chunk: the secant equation H y = s holds for the last pair. */
    @Test
    void takesTheLastChangeToTheLastStep() {
        InverseHessian inverse = new InverseHessian(SIZE, 5);
        DoubleMatrix s = row(SIZE);
        DoubleMatrix y = row(SIZE);
        for (int k = 0; k < 8; k++) {
            s = row(SIZE);
            y = row(SIZE);
            y.add(2, s);
            y = rounded(y);
            inverse.learn(s, y);
        }
        assertClose(inverse.times(y, Optional.empty()), s);
    }

    private static DoubleMatrix explicit(DoubleMatrix metric, List<DoubleMatrix> steps, List<DoubleMatrix> changes) {
        int last = steps.size() - 1;
        DoubleMatrix h = (DoubleMatrix) metric.copy();
        h.scale(steps.get(last).dot(changes.get(last)) / changes.get(last).dot(times(metric, changes.get(last))));
        for (int k = 0; k <= last; k++) {
            double rho = 1 / steps.get(k).dot(changes.get(k));
            DoubleMatrix turn = identity();
            turn.multiply(-rho, steps.get(k), Transpose.YES, changes.get(k), Transpose.NO, 1);
            DoubleMatrix left = DoubleMatrix.zeros(SMALL, SMALL);
            left.multiply(1, turn, Transpose.NO, h, Transpose.NO, 0);
            h.multiply(1, left, Transpose.NO, turn, Transpose.YES, 0);
            h.multiply(rho, steps.get(k), Transpose.YES, steps.get(k), Transpose.NO, 1);
        }
        return h;
    }

    private static DoubleMatrix identity() {
        DoubleMatrix one = DoubleMatrix.zeros(SMALL, SMALL);
        for (int i = 0; i < SMALL; i++) {
            one.set(i, i, 1);
        }
        return one;
    }

    private DoubleMatrix positive() {
        DoubleMatrix root = DoubleMatrix.zeros(SMALL, SMALL);
        for (int i = 0; i < SMALL; i++) {
            for (int j = 0; j < SMALL; j++) {
                root.set(i, j, random.nextGaussian());
            }
        }
        DoubleMatrix product = identity();
        product.multiply(1, root, Transpose.NO, root, Transpose.YES, 1);
        return product;
    }

    private static DoubleMatrix times(DoubleMatrix a, Matrix v) {
        DoubleMatrix product = DoubleMatrix.zeros(1, v.cols());
        product.multiply(1, v, Transpose.NO, a, Transpose.YES, 0);
        return product;
    }

    /** Numbers that float holds exactly. */
    private DoubleMatrix row(int length) {
        DoubleMatrix row = DoubleMatrix.zeros(1, length);
        for (int i = 0; i < length; i++) {
            row.set(0, i, random.nextGaussian());
        }
        return rounded(row);
    }

    private static DoubleMatrix rounded(DoubleMatrix row) {
        for (int i = 0; i < row.cols(); i++) {
            row.set(0, i, (float) row.get(0, i));
        }
        return row;
    }

    private static void assertClose(DoubleMatrix found, DoubleMatrix expected) {
        for (int i = 0; i < found.cols(); i++) {
            assertThat(found.get(0, i))
                    .isCloseTo(expected.get(0, i), within(1e-9 * (1 + Math.sqrt(expected.dot(expected)))));
        }
    }
}
