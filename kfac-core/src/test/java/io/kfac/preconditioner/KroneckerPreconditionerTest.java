package io.kfac.preconditioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.Kronecker;
import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.family.Gaussian;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.testing.Problems;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KroneckerPreconditionerTest extends PreconditionerContract {
    @Override
    Preconditioner create() {
        return new KroneckerPreconditioner(network, KroneckerPreconditioner.Options.defaults());
    }

    /** Two 1 x 1 layers, so that every number can be followed by hand. */
    private static final Network SCALAR = new Network(
            List.of(new Layer(1, 1, Activation.IDENTITY, false), new Layer(1, 1, Activation.IDENTITY, false)),
            new Gaussian(),
            Precision.DOUBLE);

    private static Matrix scalar(double value) {
        return new DoubleMatrix(new double[] {value}, 0, 1, 1, 1);
    }

    private static CurvatureSums sums(double weight, double... values) {
        return new CurvatureSums(
                weight,
                weight,
                List.of(scalar(values[0]), scalar(values[1]), scalar(values[2]), scalar(values[3])),
                DoubleMatrix.zeros(1, 0));
    }

    /** A large first batch gives the first A from a share of its rows, which is right on average. */
    @Test
    void aLargeFirstBatchIsSampledForTheFirstFactor() {
        Network network = Problems.network(new Categorical(), Activation.IDENTITY, Precision.DOUBLE, 4, 3);
        Objective objective = new InMemoryObjective(network, List.of(Problems.batch(network, 20_000, 1)));
        KroneckerPreconditioner kfac = new KroneckerPreconditioner(
                network, new KroneckerPreconditioner.Options(FisherKind.SAMPLED, 0.95, 800));
        Kronecker asked = (Kronecker) kfac.statistics(3, 20_000).orElseThrow();
        assertThat(asked.inputShare()).isEqualTo(1.1 * (800 * 5) / 20_000);
        Query query = new Query(
                Problems.parameters(network, 0.3, 2), RowSelection.all(), Request.gradientAnd(Optional.of(asked)));
        CurvatureSums share = objective.evaluate("test", query).curvature().orElseThrow();
        Query whole = new Query(
                query.at(), query.rows(), Request.gradientAnd(Optional.of(new Kronecker(FisherKind.SAMPLED, 3, 0))));
        CurvatureSums all = objective.evaluate("test", whole).curvature().orElseThrow();
        Matrix sampled = asked.inputFactor(share, 0);
        Matrix exact = asked.inputFactor(all, 0);
        for (int i = 0; i < 5; i++) {
            // Four standard deviations of a mean of 4,400 squares of normals.
            assertThat(sampled.get(i, i) / exact.get(i, i)).isCloseTo(1, within(4 * Math.sqrt(2.0 / 4_400)));
        }
        kfac.accumulate(Optional.of(share), query.at());
        assertThat(((Kronecker) kfac.statistics(4, 20_000).orElseThrow()).firstInput())
                .isEqualTo(1);
    }

    /** Unequal batches: the mean is the explicit weighted sum, not a mean of means. The first A does not decay. */
    @Test
    void movingMomentsAreExplicitWeightedSums() {
        double decay = 0.9;
        KroneckerPreconditioner preconditioner = new KroneckerPreconditioner(
                SCALAR, new KroneckerPreconditioner.Options(FisherKind.SAMPLED, decay, 1e9));
        double[] weights = {10, 30, 500};
        double[][] means = {{2, 3, 5, 7}, {1, 4, 2, 8}, {6, 2, 9, 4}};
        Parameters unit = Parameters.of(SCALAR, new double[] {1, 1});
        for (int b = 0; b < 3; b++) {
            preconditioner.statistics(b, 1);
            double[] batch = means[b].clone();
            for (int i = 0; i < 4; i++) {
                batch[i] *= weights[b];
            }
            preconditioner.accumulate(Optional.of(sums(weights[b], batch)), unit);
        }
        preconditioner.refresh(0);
        Parameters out = Parameters.zeros(SCALAR, Precision.DOUBLE);
        preconditioner.apply(unit, out);
        double first = mean(weights, means, 0, 1) * mean(weights, means, 2, decay);
        double second = mean(weights, means, 1, decay) * mean(weights, means, 3, decay);
        assertThat(out.toArray()[0]).isCloseTo(1 / first, within(1e-14));
        assertThat(out.toArray()[1]).isCloseTo(1 / second, within(1e-14));
    }

    private static double mean(double[] weights, double[][] means, int index, double decay) {
        double sum = 0;
        double weight = 0;
        for (int b = 0; b < weights.length; b++) {
            double factor = Math.pow(decay, weights.length - 1.0 - b) * weights[b];
            sum += factor * means[b][index];
            weight += factor;
        }
        return sum / weight;
    }

    /** gamma pi on A and gamma / pi on G with the published pi. */
    @Test
    void dampingIsFactored() {
        KroneckerPreconditioner preconditioner =
                new KroneckerPreconditioner(SCALAR, KroneckerPreconditioner.Options.defaults());
        preconditioner.statistics(0, 1);
        Parameters unit = Parameters.of(SCALAR, new double[] {1, 1});
        preconditioner.accumulate(Optional.of(sums(1, 4, 1, 9, 1)), unit);
        preconditioner.refresh(0.25);
        Parameters out = Parameters.zeros(SCALAR, Precision.DOUBLE);
        preconditioner.apply(unit, out);
        double pi = Math.sqrt(4.0 / 9);
        assertThat(out.toArray()[0]).isCloseTo(1 / ((4 + 0.5 * pi) * (9 + 0.5 / pi)), within(1e-14));
    }

    @Test
    void stopsAskingForTheFirstInputsOnceItHasEnough() {
        KroneckerPreconditioner preconditioner =
                new KroneckerPreconditioner(SCALAR, new KroneckerPreconditioner.Options(FisherKind.SAMPLED, 0.9, 20));
        Parameters unit = Parameters.of(SCALAR, new double[] {1, 1});
        assertThat(preconditioner.statistics(0, 1).orElseThrow().orders(SCALAR)).hasSize(4);
        preconditioner.accumulate(Optional.of(sums(20, 1, 1, 1, 1)), unit);
        assertThat(preconditioner.statistics(1, 1).orElseThrow().orders(SCALAR)).hasSize(3);
    }

    /**
     * Without damping K-FAC does not see an invertible affine change of the inputs (Martens and Grosse 2015, sec. 10): the
     * slope along its direction, and the direction's length in the metric, stay. Widths and head keep every factor regular.
     */
    @Test
    void affineChangesOfTheInputsChangeNothing() {
        Network net = Problems.network(new Bernoulli(), Activation.TANH, Precision.DOUBLE, 2, 3, 3);
        MiniBatch rows = Problems.batch(net, 800, 3);
        double[][] m = {{2, 0.3, 0}, {-0.5, 1.5, 0}, {0.7, -0.2, 1}};
        Parameters start = Problems.parameters(net, 0.3, 2);
        double[] here = slopeAndLength(net, rows, start);
        double[] there = slopeAndLength(net, AffineChange.inputs(rows, m), AffineChange.parameters(net, start, m));
        assertThat(there[0]).isCloseTo(here[0], within(1e-9 * here[0]));
        assertThat(there[1]).isCloseTo(here[1], within(1e-9 * here[1]));
    }

    private static double[] slopeAndLength(Network net, MiniBatch rows, Parameters start) {
        Objective objective = new InMemoryObjective(net, List.of(rows));
        Preconditioner kfac = new KroneckerPreconditioner(net, KroneckerPreconditioner.Options.defaults());
        Evaluation evaluation = objective.evaluate(
                "test", new Query(start, RowSelection.all(), Request.gradientAnd(kfac.statistics(3, 1))));
        Parameters gradient = evaluation.gradient().orElseThrow();
        kfac.accumulate(evaluation.curvature(), gradient);
        kfac.refresh(0);
        Parameters direction = Parameters.zeros(net, Precision.DOUBLE);
        kfac.apply(gradient, direction);
        double length = objective
                .evaluate("test", new Query(start, RowSelection.all(), Request.fisherProducts(List.of(direction))))
                .fisher()
                .get(0, 0);
        return new double[] {gradient.dot(direction), length};
    }

    /** The loss times c: G times c, not c squared; with damping times c too, P is divided by c and the step stays. */
    @Test
    void scalingTheLossAndTheDampingLeavesTheStepUnchanged() {
        double c = 37;
        Parameters gradient = Parameters.of(SCALAR, new double[] {0.3, -0.8});
        Parameters scaledGradient = gradient.copy(SCALAR);
        scaledGradient.scale(c);
        double[] plain = step(gradient, 0.02, 4, 2, 9, 3);
        double[] scaled = step(scaledGradient, 0.02 * c, 4, 2, 9 * c, 3 * c);
        assertThat(scaled[0]).isCloseTo(plain[0], within(1e-12));
        assertThat(scaled[1]).isCloseTo(plain[1], within(1e-12));
    }

    private static double[] step(Parameters gradient, double damping, double... factors) {
        Preconditioner kfac = new KroneckerPreconditioner(SCALAR, KroneckerPreconditioner.Options.defaults());
        kfac.statistics(0, 1);
        kfac.accumulate(Optional.of(sums(1, factors)), gradient);
        kfac.refresh(damping);
        Parameters out = Parameters.zeros(SCALAR, Precision.DOUBLE);
        kfac.apply(gradient, out);
        return out.toArray();
    }
}
