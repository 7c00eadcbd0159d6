package io.kfac.preconditioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.EigenMoments;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.curvature.Kronecker;
import io.kfac.family.ExponentialFamily;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.linalg.Precision;
import io.kfac.linalg.SymmetricEigen;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.testing.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EigenKroneckerPreconditionerTest extends PreconditionerContract {
    private static final KroneckerPreconditioner.Options LAST_BATCH =
            new KroneckerPreconditioner.Options(FisherKind.SAMPLED, 0, 1e9);

    @Override
    Preconditioner create() {
        return new EigenKroneckerPreconditioner(network, KroneckerPreconditioner.Options.defaults());
    }

    private static CurvatureSums sums(Network net, MiniBatch rows, Parameters at, CurvatureKind kind) {
        return new InMemoryObjective(net, List.of(rows))
                .evaluate("test", new Query(at, RowSelection.all(), Request.gradientAnd(Optional.of(kind))))
                .curvature()
                .orElseThrow();
    }

    private static DoubleMatrix mean(Matrix sum, double weight) {
        DoubleMatrix mean = Problems.full(sum);
        mean.scale(1 / weight);
        return mean;
    }

    private static DoubleMatrix kron(DoubleMatrix g, DoubleMatrix a) {
        DoubleMatrix out = DoubleMatrix.zeros(g.rows() * a.rows(), g.cols() * a.cols());
        for (int r = 0; r < out.rows(); r++) {
            for (int c = 0; c < out.cols(); c++) {
                out.set(r, c, g.get(r / a.rows(), c / a.cols()) * a.get(r % a.rows(), c % a.cols()));
            }
        }
        return out;
    }

    /** Basis (rows are eigenvectors) times diagonal times basis'. */
    private static DoubleMatrix rebuild(DoubleMatrix basis, double[] values) {
        DoubleMatrix scaled = (DoubleMatrix) basis.copy();
        scaled.scaleRows(values);
        DoubleMatrix out = DoubleMatrix.zeros(basis.cols(), basis.cols());
        out.multiply(1, basis, Transpose.YES, scaled, Transpose.NO, 0);
        return out;
    }

    private static double squaredDistance(DoubleMatrix a, DoubleMatrix b) {
        DoubleMatrix difference = (DoubleMatrix) a.copy();
        difference.add(-1, b);
        return difference.dot(difference);
    }

    private static DoubleMatrix transposed(DoubleMatrix m) {
        DoubleMatrix out = DoubleMatrix.zeros(m.cols(), m.rows());
        out.copyTransposed(m);
        return out;
    }

    /** |F - K|^2 - |F - E|^2 = sum (s - lambda)^2, layer by layer, for the same rows, draws and basis (George et al. 2018, sec. 3). */
    @ParameterizedTest
    @EnumSource(FisherKind.class)
    void isCloserToTheFisherThanKfacByTheMomentsMisfit(FisherKind fisher) {
        for (ExponentialFamily family : Problems.FAMILIES) {
            Network net = Problems.network(family, Activation.TANH, Precision.DOUBLE, 3, 4, 2);
            double[] weights = new double[60];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = 1 + i % 3;
            }
            MiniBatch rows = Problems.weighted(Problems.batch(net, 60, 1), weights);
            Parameters at = Problems.parameters(net, 0.5, 2);
            CurvatureSums whole = sums(net, rows, at, new FullFisher(fisher, 7));
            DoubleMatrix full = mean(whole.symmetric().get(0), whole.weight());
            Kronecker kind = new Kronecker(fisher, 7, 0);
            CurvatureSums factors = sums(net, rows, at, kind);
            List<Matrix> inputs = new ArrayList<>();
            List<Matrix> outputs = new ArrayList<>();
            List<DoubleMatrix> products = new ArrayList<>();
            for (int l = 0; l < net.depth(); l++) {
                DoubleMatrix a = mean(kind.inputFactor(factors, l), factors.weight());
                DoubleMatrix g = mean(kind.outputFactor(net, factors, l), factors.weight());
                inputs.add(transposed(SymmetricEigen.of(a).orElseThrow().vectors()));
                outputs.add(transposed(SymmetricEigen.of(g).orElseThrow().vectors()));
                products.add(kron(g, a));
            }
            CurvatureSums moments = sums(net, rows, at, new EigenMoments(kind, inputs, outputs));
            int offset = 0;
            for (int l = 0; l < net.depth(); l++) {
                int size = net.layer(l).size();
                DoubleMatrix f = (DoubleMatrix) full.rowRange(offset, offset + size)
                        .colRange(offset, offset + size)
                        .copy();
                DoubleMatrix k = products.get(l);
                DoubleMatrix basis = kron((DoubleMatrix) outputs.get(l), (DoubleMatrix) inputs.get(l));
                double[] s = new double[size];
                double misfit = 0;
                for (int i = 0; i < size; i++) {
                    s[i] = moments.numbers().get(0, offset + i) / moments.weight();
                    DoubleMatrix u = basis.rowRange(i, i + 1);
                    DoubleMatrix ku = DoubleMatrix.zeros(1, size);
                    ku.multiply(1, u, Transpose.NO, k, Transpose.NO, 0);
                    misfit += Math.pow(s[i] - ku.dot(u), 2);
                }
                double gained = squaredDistance(f, k) - squaredDistance(f, rebuild(basis, s));
                assertThat(gained).isCloseTo(misfit, within(1e-10 * (1 + f.dot(f))));
                assertThat(misfit).isPositive();
                offset += size;
            }
        }
    }

    /** With the moments of one batch, P is (E + D)^-1: E the Fisher's own diagonal in the basis, D what factored damping adds to K's. */
    @Test
    void appliesTheInverseOfTheDampedDiagonalInTheBasis() {
        double damping = 0.1;
        Kronecker factored = new Kronecker(FisherKind.SAMPLED, 3, 0);
        CurvatureSums factors = sums(network, batch, at, factored);
        EigenKroneckerPreconditioner ekfac = new EigenKroneckerPreconditioner(network, LAST_BATCH);
        ekfac.statistics(3, 1);
        ekfac.accumulate(Optional.of(factors), at);
        ekfac.refresh(damping);
        EigenMoments kind = (EigenMoments) ekfac.statistics(3, 1).orElseThrow();
        ekfac.accumulate(Optional.of(sums(network, batch, at, kind)), at);
        CurvatureSums whole = sums(network, batch, at, new FullFisher(FisherKind.SAMPLED, 3));
        DoubleMatrix full = mean(whole.symmetric().get(0), whole.weight());
        Parameters v = Problems.parameters(network, 1, 8);
        Parameters out = Parameters.zeros(network, Precision.DOUBLE);
        ekfac.apply(v, out);
        int offset = 0;
        for (int l = 0; l < network.depth(); l++) {
            int size = network.layer(l).size();
            DoubleMatrix f = (DoubleMatrix) full.rowRange(offset, offset + size)
                    .colRange(offset, offset + size)
                    .copy();
            DoubleMatrix a = mean(factored.inputFactor(factors, l), factors.weight());
            DoubleMatrix g = mean(factored.outputFactor(network, factors, l), factors.weight());
            DoubleMatrix undamped = kron(g, a);
            double pi = Math.sqrt((a.trace() / a.rows()) / (g.trace() / g.rows()));
            DoubleMatrix damped = kron(shifted(g, Math.sqrt(damping) / pi), shifted(a, Math.sqrt(damping) * pi));
            DoubleMatrix basis = kron((DoubleMatrix) kind.outputBases().get(l), (DoubleMatrix)
                    kind.inputBases().get(l));
            double[] inverse = new double[size];
            for (int i = 0; i < size; i++) {
                DoubleMatrix u = basis.rowRange(i, i + 1);
                inverse[i] = 1 / (form(f, u) + form(damped, u) - form(undamped, u));
            }
            DoubleMatrix expected = DoubleMatrix.zeros(1, size);
            DoubleMatrix flat = (DoubleMatrix) v.flat();
            expected.multiply(
                    1, flat.colRange(offset, offset + size), Transpose.NO, rebuild(basis, inverse), Transpose.NO, 0);
            for (int i = 0; i < size; i++) {
                assertThat(out.flat().get(0, offset + i)).isCloseTo(expected.get(0, i), within(1e-10));
            }
            offset += size;
        }
    }

    /** u M u', u a row. */
    private static double form(DoubleMatrix m, DoubleMatrix u) {
        DoubleMatrix um = DoubleMatrix.zeros(1, m.cols());
        um.multiply(1, u, Transpose.NO, m, Transpose.NO, 0);
        return um.dot(u);
    }

    private static DoubleMatrix shifted(DoubleMatrix m, double shift) {
        DoubleMatrix out = (DoubleMatrix) m.copy();
        for (int i = 0; i < m.rows(); i++) {
            out.set(i, i, m.get(i, i) + shift);
        }
        return out;
    }

    /** Before it has moments it is K-FAC; of one example the Fisher is the Kronecker product, so that it stays K-FAC with them. */
    @Test
    void forOneExampleItIsKfac() {
        MiniBatch one = Problems.batch(network, 1, 1);
        CurvatureSums factors = sums(network, one, at, new Kronecker(FisherKind.SAMPLED, 3, 0));
        Parameters v = Problems.parameters(network, 1, 8);
        KroneckerPreconditioner kfac = new KroneckerPreconditioner(network, LAST_BATCH);
        EigenKroneckerPreconditioner ekfac = new EigenKroneckerPreconditioner(network, LAST_BATCH);
        for (Preconditioner each : List.of(kfac, ekfac)) {
            each.statistics(3, 1);
            each.accumulate(Optional.of(factors), at);
            each.refresh(0.1);
        }
        Parameters expected = Parameters.zeros(network, Precision.DOUBLE);
        kfac.apply(v, expected);
        Parameters first = Parameters.zeros(network, Precision.DOUBLE);
        ekfac.apply(v, first);
        assertClose(first, expected, 1e-10);
        ekfac.accumulate(
                Optional.of(sums(network, one, at, ekfac.statistics(3, 1).orElseThrow())), at);
        Parameters exact = Parameters.zeros(network, Precision.DOUBLE);
        ekfac.apply(v, exact);
        assertClose(exact, expected, 1e-10);
    }

    /** A new basis takes over the diagonal, in it, of the approximation in the old one. */
    @Test
    void aNewBasisKeepsWhatIsKnown() {
        MovingSum a = new MovingSum(3, 0.5);
        MovingSum g = new MovingSum(2, 0.5);
        a.add(spd(3, 1), 1);
        g.add(spd(2, 2), 1);
        EigenLayer layer = new EigenLayer(a, g, "layer 0");
        layer.rebase();
        layer.addMoments(0, new double[] {1, 2, 3, 4, 5, 6}, 1);
        DoubleMatrix old = rebuild(
                kron((DoubleMatrix) layer.outputBasis(Precision.DOUBLE), (DoubleMatrix)
                        layer.inputBasis(Precision.DOUBLE)),
                new double[] {1, 2, 3, 4, 5, 6});
        a.add(spd(3, 3), 1);
        g.add(spd(2, 4), 1);
        layer.rebase();
        DoubleMatrix basis = kron(
                (DoubleMatrix) layer.outputBasis(Precision.DOUBLE), (DoubleMatrix) layer.inputBasis(Precision.DOUBLE));
        for (int i = 0; i < 6; i++) {
            DoubleMatrix u = basis.rowRange(i, i + 1);
            DoubleMatrix eu = DoubleMatrix.zeros(1, 6);
            eu.multiply(1, u, Transpose.NO, old, Transpose.NO, 0);
            // P u = u / s for a vector u of the basis.
            DoubleMatrix v = DoubleMatrix.of(2, 3, ((DoubleMatrix) u.copy()).data());
            DoubleMatrix out = DoubleMatrix.zeros(2, 3);
            layer.divide(v, 0, out);
            assertThat(out.dot(v)).isCloseTo(1 / eu.dot(u), within(1e-12));
        }
    }

    private static DoubleMatrix spd(int n, long seed) {
        Network shape = Problems.network(new io.kfac.family.Gaussian(), Activation.TANH, Precision.DOUBLE, n - 1, n);
        DoubleMatrix root = (DoubleMatrix) Problems.parameters(shape, 1, seed).layer(0);
        DoubleMatrix out = DoubleMatrix.zeros(n, n);
        out.multiply(1, root, Transpose.YES, root, Transpose.NO, 0);
        return out;
    }
}
