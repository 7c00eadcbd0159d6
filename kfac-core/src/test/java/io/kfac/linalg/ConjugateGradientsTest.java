package io.kfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kfac.linalg.ConjugateGradients.End;
import io.kfac.linalg.ConjugateGradients.Outcome;
import io.kfac.linalg.Matrix.Transpose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConjugateGradientsTest {
    private static final int N = 12;

    /** X = A' applied to rows: x A, A = g'g / n + I. */
    private static DoubleMatrix matrix() {
        DoubleMatrix a = DoubleMatrix.zeros(N, N);
        a.addGram(1.0 / N, Layout.COMPACT.random(Precision.DOUBLE, 2 * N, N, 1), 0);
        a.mirrorLowerToUpper();
        for (int i = 0; i < N; i++) {
            a.set(i, i, a.get(i, i) + 1);
        }
        return a;
    }

    private static LinearOperator operator(Matrix a) {
        return (x, out) -> out.multiply(1, x, Transpose.NO, a, Transpose.NO, 0);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void solvesWhatCholeskySolvesAgainAndAgain(Precision precision) {
        double tolerance = precision == Precision.FLOAT ? 1e-5 : 1e-11;
        Matrix a = Matrix.zeros(precision, N, N);
        a.copyFrom(matrix());
        ConjugateGradients solver = new ConjugateGradients(precision, 2, N, 200, tolerance);
        for (int seed = 0; seed < 3; seed++) {
            Matrix b = Layout.COLUMNS.random(precision, 2, N, seed);
            DoubleMatrix expected = DoubleMatrix.zeros(2, N);
            expected.copyFrom(b);
            Cholesky.of(matrix()).orElseThrow().solveRows(expected);
            Matrix x = Layout.COLUMNS.random(precision, 2, N, 9);
            Outcome outcome = solver.solve(operator(a), b, x);
            assertThat(outcome.end()).isEqualTo(End.CONVERGED);
            assertThat(outcome.relativeResidual()).isLessThanOrEqualTo(tolerance);
            MatrixTest.assertSame(x, MatrixTest.elements(expected), 10 * tolerance);
            Matrix product = x.copy();
            operator(a).apply(x, product);
            assertThat(solver.improve(operator(a), (v, out) -> out.copyFrom(v), b, tolerance, x, product)
                            .products())
                    .isLessThanOrEqualTo(2);
            MatrixTest.assertSame(x, MatrixTest.elements(expected), 10 * tolerance);
        }
    }

    @Test
    void needsAtMostAsManyStepsAsThereAreDistinctEigenvalues() {
        DoubleMatrix a = DoubleMatrix.zeros(N, N);
        for (int i = 0; i < N; i++) {
            a.set(i, i, 1 + i % 3);
        }
        Matrix b = Layout.COMPACT.random(Precision.DOUBLE, 1, N, 2);
        Matrix x = DoubleMatrix.zeros(1, N);
        Outcome outcome = new ConjugateGradients(Precision.DOUBLE, 1, N, 50, 1e-12).solve(operator(a), b, x);
        assertThat(outcome).matches(o -> o.end() == End.CONVERGED && o.products() == 3);
    }

    @Test
    void stopsAtItsLimitAndSaysSo() {
        Matrix b = Layout.COMPACT.random(Precision.DOUBLE, 1, N, 2);
        Matrix x = DoubleMatrix.zeros(1, N);
        Outcome outcome = new ConjugateGradients(Precision.DOUBLE, 1, N, 2, 1e-12).solve(operator(matrix()), b, x);
        assertThat(outcome.end()).isEqualTo(End.ITERATIONS);
        assertThat(outcome.products()).isEqualTo(2);
        Matrix residual = b.copy();
        Matrix image = DoubleMatrix.zeros(1, N);
        operator(matrix()).apply(x, image);
        residual.add(-1, image);
        assertThat(outcome.relativeResidual())
                .isCloseTo(Math.sqrt(residual.dot(residual) / b.dot(b)), org.assertj.core.api.Assertions.within(1e-12));
    }

    /** Preconditioned by A itself, one iteration is enough; the gain is half of b'A^-1 b, the norm that of A. */
    @Test
    void aPerfectPreconditionerSolvesAtOnce() {
        DoubleMatrix a = matrix();
        Matrix b = Layout.COMPACT.random(Precision.DOUBLE, 1, N, 2);
        Matrix x = DoubleMatrix.zeros(1, N);
        Cholesky factor = Cholesky.of(a).orElseThrow();
        LinearOperator inverse = (v, out) -> {
            out.copyFrom(v);
            factor.solveRows((DoubleMatrix) out);
        };
        Outcome outcome = new ConjugateGradients(Precision.DOUBLE, 1, N, 9, 0)
                .solve(operator(a), inverse, b, Double.POSITIVE_INFINITY, 1e-8, x);
        assertThat(outcome.products()).isEqualTo(1);
        assertThat(outcome.gain()).isCloseTo(b.dot(x) / 2, org.assertj.core.api.Assertions.within(1e-10 * b.dot(x)));
        assertThat(outcome.norm() * outcome.norm())
                .isCloseTo(b.dot(x), org.assertj.core.api.Assertions.within(1e-10 * b.dot(x)));
    }

    /** Within half of the solution's length, x ends on the boundary, and its gain is that of the model there. */
    @Test
    void stopsAtTheBoundaryOfATrustRegion() {
        DoubleMatrix a = matrix();
        Matrix b = Layout.COMPACT.random(Precision.DOUBLE, 1, N, 2);
        Matrix x = DoubleMatrix.zeros(1, N);
        LinearOperator none = (v, out) -> out.copyFrom(v);
        ConjugateGradients solver = new ConjugateGradients(Precision.DOUBLE, 1, N, 200, 1e-10);
        solver.solve(operator(a), b, x);
        double radius = Math.sqrt(x.dot(x)) / 2;
        Outcome outcome = solver.solve(operator(a), none, b, radius, 1e-10, x);
        assertThat(outcome.end()).isEqualTo(End.BOUNDARY);
        assertThat(Math.sqrt(x.dot(x))).isCloseTo(radius, org.assertj.core.api.Assertions.within(1e-12));
        Matrix image = DoubleMatrix.zeros(1, N);
        operator(a).apply(x, image);
        assertThat(outcome.gain())
                .isCloseTo(b.dot(x) - image.dot(x) / 2, org.assertj.core.api.Assertions.within(1e-12));
    }

    /** A start of the wrong length is scaled before it is used, one of the wrong sign is dropped: gains count from 0. */
    @Test
    void warmStartsAreNeverWorseThanNone() {
        DoubleMatrix a = matrix();
        Matrix b = Layout.COMPACT.random(Precision.DOUBLE, 1, N, 2);
        LinearOperator none = (v, out) -> out.copyFrom(v);
        Matrix solution = DoubleMatrix.zeros(1, N);
        double gain = new ConjugateGradients(Precision.DOUBLE, 1, N, 200, 1e-12)
                .solve(operator(a), b, solution)
                .gain();
        ConjugateGradients solver = new ConjugateGradients(Precision.DOUBLE, 1, N, 0, 0);
        for (double length : new double[] {100, 0.01, -1}) {
            Matrix x = solution.copy();
            x.scale(length);
            Matrix product = x.copy();
            operator(a).apply(x, product);
            Outcome outcome = solver.improve(operator(a), none, b, 0, x, product);
            assertThat(outcome.products()).isZero();
            assertThat(outcome.gain())
                    .isCloseTo(length > 0 ? gain : 0, org.assertj.core.api.Assertions.within(1e-10 * gain));
            assertThat(x.dot(b))
                    .isCloseTo(length > 0 ? 2 * gain : 0, org.assertj.core.api.Assertions.within(1e-10 * gain));
        }
    }

    /** What is left after one product is orthogonal to the start and to the direction: no combination of the two is better. */
    @Test
    void theStartAndTheFirstDirectionAreMinimisedTogether() {
        DoubleMatrix a = matrix();
        Matrix b = Layout.COMPACT.random(Precision.DOUBLE, 1, N, 2);
        Matrix start = Layout.COMPACT.random(Precision.DOUBLE, 1, N, 4);
        if (start.dot(b) < 0) {
            start.scale(-1);
        }
        Matrix product = start.copy();
        operator(a).apply(start, product);
        Matrix direction = b.copy();
        direction.add(-start.dot(b) / start.dot(product), product);
        Matrix x = start.copy();
        new ConjugateGradients(Precision.DOUBLE, 1, N, 1, 0)
                .improve(operator(a), (v, out) -> out.copyFrom(v), b, 0, x, product);
        Matrix left = b.copy();
        operator(a).apply(x, product);
        left.add(-1, product);
        double scale = b.dot(b);
        assertThat(left.dot(start)).isCloseTo(0, org.assertj.core.api.Assertions.within(1e-12 * scale));
        assertThat(left.dot(direction)).isCloseTo(0, org.assertj.core.api.Assertions.within(1e-12 * scale));
    }

    @Test
    void zeroIsSolvedByZero() {
        Matrix x = Layout.COMPACT.random(Precision.DOUBLE, 1, N, 2);
        Outcome outcome = new ConjugateGradients(Precision.DOUBLE, 1, N, 9, 1e-8)
                .solve(operator(matrix()), DoubleMatrix.zeros(1, N), x);
        assertThat(outcome).isEqualTo(new Outcome(End.CONVERGED, 0, 0, 0, 0));
        assertThat(x.dot(x)).isZero();
    }

    @Test
    void reportsNegativeCurvatureAndBrokenProducts() {
        Matrix b = Layout.COMPACT.random(Precision.DOUBLE, 1, N, 2);
        Matrix x = DoubleMatrix.zeros(1, N);
        ConjugateGradients solver = new ConjugateGradients(Precision.DOUBLE, 1, N, 9, 1e-8);
        LinearOperator minus = (v, out) -> {
            out.copyFrom(v);
            out.scale(-1);
        };
        assertThat(solver.solve(minus, b, x).end()).isEqualTo(End.NO_CURVATURE);
        assertThat(x.dot(x)).isZero();
        assertThat(solver.solve((v, out) -> out.fill(Double.NaN), b, x).end()).isEqualTo(End.NOT_FINITE);
        assertThat(x.isFinite()).isTrue();
    }

    @Test
    void refusesImpossibleOptions() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ConjugateGradients(Precision.DOUBLE, 1, N, -1, 1e-8));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConjugateGradients(Precision.DOUBLE, 1, N, 1, Double.NaN));
    }
}
