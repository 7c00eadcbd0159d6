package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.curvature.FisherKind;
import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.family.Gaussian;
import io.kfac.family.Poisson;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import io.kfac.objective.Cost;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.DiagonalPreconditioner;
import io.kfac.preconditioner.FullFisherPreconditioner;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import io.kfac.testing.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TruncatedNaturalGradientTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final RunOptions RUN = new RunOptions(new Penalty(0), 1, 0);

    private static TruncatedOptions options(int batchRows, StepRegion region) {
        return new TruncatedOptions(batchRows, 1, 400, 1e-12, region);
    }

    private static TruncatedNaturalGradient optimizer(
            Network network, Parameters start, Preconditioner preconditioner, TruncatedOptions options) {
        return new TruncatedNaturalGradient(network, start, preconditioner, RUN, options, () -> 0L);
    }

    private static Preconditioner kfac(Network network) {
        return new KroneckerPreconditioner(network, KroneckerPreconditioner.Options.defaults());
    }

    /** A linear model without biases. */
    private static Network linear(int inputs, int outputs, ExponentialFamily family) {
        return new Network(List.of(new Layer(inputs, outputs, Activation.IDENTITY, false)), family, Precision.DOUBLE);
    }

    private static MiniBatch rows(DoubleMatrix x, Targets targets) {
        return new MiniBatch(
                new DenseFeatures(x),
                targets,
                new double[0],
                LongStream.range(0, x.rows()).toArray());
    }

    private static double divergence(Objective objective, Parameters before, Parameters after, RowSelection rows) {
        Evaluation measured = objective.evaluate("test", new Query(after, rows, Request.divergenceFrom(before)));
        return measured.divergence() / measured.weight();
    }

    private static double loss(Objective objective, Parameters at) {
        return objective
                .evaluate("test", new Query(at, RowSelection.all(), Request.loss()))
                .meanLoss();
    }

    /** F = [[2, .5], [.5, 1]], gradient (1, -1), delta = .01. */
    @Test
    void takesThePublishedStep() {
        Network network = linear(2, 1, new Gaussian());
        double corner = 0.5 / Math.sqrt(2);
        double rest = Math.sqrt(1 - corner * corner);
        // X'X / 2 = F and -X'y / 2 = g.
        DoubleMatrix x = DoubleMatrix.of(2, 2, new double[] {2, Math.sqrt(2) * corner, 0, Math.sqrt(2) * rest});
        double first = -1;
        double second = (2 - Math.sqrt(2) * corner * first) / (Math.sqrt(2) * rest);
        DoubleMatrix y = DoubleMatrix.of(2, 1, new double[] {first, second});
        Objective objective = new InMemoryObjective(network, List.of(rows(x, new Targets.Values(y))));
        TruncatedNaturalGradient optimizer = optimizer(
                network,
                Parameters.zeros(network, Precision.DOUBLE),
                new IdentityPreconditioner(),
                options(ALL, new StepRegion.KlRadius(0.01, 0)));
        StepReport report = optimizer.step(objective).orElseThrow();
        double[] step = optimizer.parameters().toArray();
        assertThat(report.stepSize()).isCloseTo(0.09354143466934853, within(1e-12));
        assertThat(step[0]).isCloseTo(-0.08017837257372732, within(1e-12));
        assertThat(step[1]).isCloseTo(0.1336306209562122, within(1e-12));
        assertThat(report.predictedKl()).isCloseTo(0.01, within(1e-14));
        assertThat(report.measuredKl()).isCloseTo(0.01, within(1e-14));
    }

    /** The uniform distribution over 3 classes, pulled by (1, 0, -1) / 3: its Fisher is singular, and CG stays in its range. */
    @Test
    void takesThePublishedStepOfASoftmax() {
        Network network = linear(1, 3, new Categorical());
        DoubleMatrix ones = DoubleMatrix.zeros(3, 1);
        ones.fill(1);
        Objective objective =
                new InMemoryObjective(network, List.of(rows(ones, new Targets.Classes(new int[] {0, 0, 1}))));
        TruncatedNaturalGradient optimizer = optimizer(
                network,
                Parameters.zeros(network, Precision.DOUBLE),
                new IdentityPreconditioner(),
                options(ALL, new StepRegion.KlRadius(0.01, 0)));
        StepReport report = optimizer.step(objective).orElseThrow();
        double[] logits = optimizer.parameters().toArray();
        assertThat(logits[0]).isCloseTo(.1732050807568877, within(1e-12));
        assertThat(logits[1]).isCloseTo(0, within(1e-12));
        assertThat(logits[2]).isCloseTo(-.1732050807568877, within(1e-12));
        assertThat(report.measuredKl()).isCloseTo(0.009975107787204766, within(1e-12));
    }

    /** Solved to the end, whatever the preconditioner, x is (F + damping)^-1 g. */
    @Test
    void fullConjugateGradientsAreTheExactNaturalGradient() {
        Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 4, 5, 3);
        MiniBatch batch = Problems.batch(network, 800, 3);
        Objective objective = new InMemoryObjective(network, List.of(batch));
        Parameters start = Problems.parameters(network, 0.3, 2);
        double damping = 0.01;
        Preconditioner exact = new FullFisherPreconditioner(network, FisherKind.EXACT, 0);
        Evaluation sums = objective.evaluate(
                "test", new Query(start, RowSelection.all(), Request.gradientAnd(exact.statistics(1, 800))));
        Parameters gradient = RUN.penalty().meanGradient(network, start, sums);
        exact.accumulate(sums.curvature(), gradient);
        exact.refresh(damping);
        Parameters natural = Parameters.zeros(network, Precision.DOUBLE);
        exact.apply(gradient, natural);
        for (Preconditioner preconditioner : List.of(
                new IdentityPreconditioner(),
                kfac(network),
                new DiagonalPreconditioner(network, FisherKind.EXACT, 0))) {
            TruncatedNaturalGradient optimizer =
                    optimizer(network, start, preconditioner, options(ALL, new StepRegion.KlRadius(1e-4, damping)));
            StepReport report = optimizer.step(objective).orElseThrow();
            Parameters step = optimizer.parameters().copy(network);
            step.add(-1, start);
            step.add(report.stepSize(), natural);
            assertThat(step.norm()).isLessThan(1e-8 * report.stepSize() * natural.norm());
        }
    }

    /** What conjugate gradients know of x'Fx is what one more product would say: penalty and damping out, from 0 and from the last x. */
    @Test
    void theLengthOfAStepTakesNoProduct() {
        Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 4, 5, 3);
        Objective objective = new InMemoryObjective(network, List.of(Problems.batch(network, 800, 3)));
        for (StepRegion region : List.of(new StepRegion.KlRadius(0.01, 0.1), new StepRegion.ReductionRatio(0.1))) {
            TruncatedNaturalGradient optimizer = new TruncatedNaturalGradient(
                    network,
                    Problems.parameters(network, 0.3, 2),
                    kfac(network),
                    new RunOptions(new Penalty(0.05), 1, 0),
                    new TruncatedOptions(ALL, 1, 3, 0, region),
                    () -> 0L);
            for (int i = 0; i < 4; i++) {
                Parameters before = optimizer.parameters().copy(network);
                StepReport report = optimizer.step(objective).orElseThrow();
                Parameters step = optimizer.parameters().copy(network);
                step.add(-1, before);
                Evaluation product = objective.evaluate(
                        "test", new Query(before, RowSelection.all(), Request.fisherProducts(List.of(step))));
                double explicit = product.fisher().get(0, 0) / product.weight() / 2;
                assertThat(report.predictedKl()).isPositive().isCloseTo(explicit, within(1e-9 * explicit));
            }
        }
    }

    /** The product with the last solution rides along with the gradient. */
    @Test
    void aStepIsAPassForTheGradientOneAProductAndOneForTheTrialPoints() {
        Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 4, 5, 3);
        Objective objective = new InMemoryObjective(network, List.of(Problems.batch(network, 2_000, 3)));
        TruncatedNaturalGradient optimizer = optimizer(
                network,
                Problems.parameters(network, 0.3, 2),
                kfac(network),
                new TruncatedOptions(400, 1, 2, 0, new StepRegion.KlRadius(1e-3, 1e-3)));
        for (int i = 0; i < 6; i++) {
            assertThat(optimizer.step(objective).orElseThrow().cost().jobs()).isEqualTo(4);
        }
    }

    /** Remembers which rows gradients were taken on. */
    private static final class Recording implements Objective {
        private final Objective inner;
        private RowSelection batch = RowSelection.all();
        private boolean spoilsTrials;
        private double divergenceTimes = 1;

        Recording(Objective inner) {
            this.inner = inner;
        }

        @Override
        public List<Evaluation> evaluate(String purpose, List<Query> queries) {
            if (queries.get(0).what().gradient()) {
                batch = queries.get(0).rows();
            }
            List<Evaluation> answers = new ArrayList<>();
            for (Evaluation e : inner.evaluate(purpose, queries)) {
                boolean spoilt = spoilsTrials && purpose.contains("trial");
                answers.add(
                        spoilt || divergenceTimes != 1
                                ? new Evaluation(
                                        e.rows(),
                                        e.weight(),
                                        spoilt ? Double.NaN : e.loss(),
                                        e.correct(),
                                        e.deviance(),
                                        e.violating(),
                                        e.descending(),
                                        e.standing(),
                                        divergenceTimes * e.divergence(),
                                        e.gradient(),
                                        e.curvature(),
                                        e.fisher(),
                                        e.product(),
                                        e.lineLosses())
                                : e);
            }
            return answers;
        }

        @Override
        public Network network() {
            return inner.network();
        }

        @Override
        public long rows() {
            return inner.rows();
        }

        @Override
        public Cost cost() {
            return inner.cost();
        }
    }

    static Stream<Arguments> models() {
        return Stream.of(
                Arguments.of(new Categorical(), new int[] {4, 3}),
                Arguments.of(new Bernoulli(), new int[] {4, 1}),
                Arguments.of(new Poisson().canonicalLink(), new int[] {4, 1}),
                Arguments.of(new Categorical(), new int[] {4, 6, 3}),
                Arguments.of(new Gaussian(), new int[] {4, 6, 2}));
    }

    @ParameterizedTest
    @MethodSource("models")
    void stepsStayWithinTheRadiusAndUseIt(ExponentialFamily family, int... widths) {
        Network network = Problems.network(family, Activation.TANH, Precision.DOUBLE, widths);
        Objective data = new InMemoryObjective(network, List.of(Problems.batch(network, 2_000, 3)));
        double radius = 1e-3;
        for (int batchRows : new int[] {ALL, 400}) {
            Recording objective = new Recording(data);
            TruncatedNaturalGradient optimizer = optimizer(
                    network,
                    Problems.parameters(network, 0.3, 2),
                    kfac(network),
                    new TruncatedOptions(batchRows, 1, 10, 0.1, new StepRegion.KlRadius(radius, 1e-4)));
            List<Double> divergences = new ArrayList<>();
            double before = loss(data, optimizer.parameters());
            for (int i = 0; i < 12; i++) {
                Parameters from = optimizer.parameters().copy(network);
                StepReport report = optimizer.step(objective).orElseThrow();
                double kl = divergence(data, from, optimizer.parameters(), objective.batch);
                assertThat(kl).isLessThanOrEqualTo(radius * (1 + 1e-6));
                assertThat(report.measuredKl()).isEqualTo(kl);
                divergences.add(kl);
            }
            double median = divergences.stream().sorted().toList().get(6);
            assertThat(median).isGreaterThanOrEqualTo(radius / 4);
            assertThat(loss(data, optimizer.parameters())).isLessThan(before);
        }
    }

    /**
     * Where the divergence is so many times x'Fx / 2, the first step finds a rung of its ladder that is within the radius, and from then on
     * the first rung is on the radius. Rungs go down by 2^(1/4) in length, after four by 2, three to a pass.
     */
    @ParameterizedTest
    @CsvSource({"8, 0.5", "0.25, 0.25"})
    void lengthsLearnHowFarThePromisedDivergenceIsOff(double times, double shareOfTheFirst) {
        Network network = Problems.network(new Gaussian(), Activation.IDENTITY, Precision.DOUBLE, 4, 2);
        Recording objective = new Recording(new InMemoryObjective(network, List.of(Problems.batch(network, 900, 1))));
        objective.divergenceTimes = times;
        double radius = 1e-4;
        TruncatedNaturalGradient optimizer = optimizer(
                network,
                Problems.parameters(network, 0.3, 2),
                kfac(network),
                options(ALL, new StepRegion.KlRadius(radius, 0)));
        assertThat(optimizer.step(objective).orElseThrow().measuredKl())
                .isCloseTo(shareOfTheFirst * radius, within(1e-6 * radius));
        for (int i = 0; i < 3; i++) {
            StepReport report = optimizer.step(objective).orElseThrow();
            assertThat(report.measuredKl()).isCloseTo(radius, within(1e-6 * radius));
            assertThat(report.predictedKl()).isCloseTo(radius / times, within(1e-6 * radius / times));
        }
    }

    @Test
    void aStepThatNothingLowersIsZeroAndSaysSo() {
        Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 4, 5, 3);
        for (StepRegion region : List.of(new StepRegion.KlRadius(0.01, 1e-3), new StepRegion.ReductionRatio(1e-2))) {
            Recording objective =
                    new Recording(new InMemoryObjective(network, List.of(Problems.batch(network, 2_000, 3))));
            objective.spoilsTrials = true;
            Parameters start = Problems.parameters(network, 0.3, 2);
            TruncatedNaturalGradient optimizer = optimizer(network, start, kfac(network), options(500, region));
            StepReport refused = optimizer.step(objective).orElseThrow();
            assertThat(refused.accepted()).isFalse();
            assertThat(refused.stepSize()).isZero();
            assertThat(refused.measuredKl()).isZero();
            assertThat(optimizer.parameters().toArray()).containsExactly(start.toArray());
            assertThat(optimizer.stalled()).isEmpty();
            for (int i = 0; i < 7; i++) {
                optimizer.step(objective);
            }
            assertThat(optimizer.stalled()).get().asString().contains("10 halvings");
            // On all rows, with nothing changed, a second try would be the first again.
            TruncatedNaturalGradient whole = optimizer(network, start, kfac(network), options(ALL, region));
            whole.step(objective);
            assertThat(whole.stalled().isPresent()).isEqualTo(region instanceof StepRegion.KlRadius);
        }
    }

    /** The loss of a Gaussian linear model is its own quadratic model: rho is 1, and damping goes down by a third a step. */
    @Test
    void dampingFollowsTheReductionRatio() {
        Network network = Problems.network(new Gaussian(), Activation.IDENTITY, Precision.DOUBLE, 4, 2);
        Objective objective = new InMemoryObjective(network, List.of(Problems.batch(network, 900, 1)));
        RunOptions penalised = new RunOptions(new Penalty(0.01), 1, 0);
        TruncatedNaturalGradient optimizer = new TruncatedNaturalGradient(
                network,
                Problems.parameters(network, 0.3, 2),
                kfac(network),
                penalised,
                options(ALL, new StepRegion.ReductionRatio(0.3)),
                () -> 0L);
        for (int i = 0; i < 4; i++) {
            StepReport report = optimizer.step(objective).orElseThrow();
            assertThat(report.rho()).isCloseTo(1, within(1e-8));
            assertThat(report.measuredKl()).isCloseTo(report.predictedKl(), within(1e-9 * report.predictedKl()));
            assertThat(report.damping()).isCloseTo(0.3 * Math.pow(2.0 / 3, i), within(1e-12));
        }
    }

    /** What a network of the same shape made has no residuals: there the Gauss-Newton matrix is the Hessian, and few steps reach it. */
    @Test
    void hessianFreeRecoversATeacher() {
        Network network = Problems.network(new Gaussian(), Activation.TANH, Precision.DOUBLE, 4, 5, 2);
        MiniBatch features = Problems.batch(network, 800, 3);
        Workspace workspace = new Workspace(network, 800);
        network.forward(Problems.parameters(network, 0.5, 7), features.features(), false, workspace);
        MiniBatch rows = new MiniBatch(
                features.features(), new Targets.Values(workspace.theta().copy()), new double[0], features.rowIds());
        Objective objective = new InMemoryObjective(network, List.of(rows));
        TruncatedNaturalGradient optimizer = optimizer(
                network,
                Problems.parameters(network, 0.4, 8),
                kfac(network),
                new TruncatedOptions(ALL, 1, 50, 0.1, new StepRegion.ReductionRatio(Double.NaN)));
        double start = loss(objective, optimizer.parameters());
        for (int i = 0; i < 60 && optimizer.stalled().isEmpty(); i++) {
            optimizer.step(objective);
        }
        assertThat(loss(objective, optimizer.settled())).isLessThan(1e-12 * start);
    }

    @Test
    void batchesGrowWhereStepsFitNoise() {
        Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 4, 12, 3);
        Recording objective = new Recording(new InMemoryObjective(network, List.of(Problems.batch(network, 4_000, 3))));
        TruncatedNaturalGradient optimizer = optimizer(
                network,
                Problems.parameters(network, 0.3, 2),
                kfac(network),
                new TruncatedOptions(50, 0.5, 20, 0.1, new StepRegion.ReductionRatio(1e-3)));
        optimizer.step(objective);
        double first = objective.batch.fraction();
        for (int i = 0; i < 20; i++) {
            optimizer.step(objective);
        }
        assertThat(objective.batch.fraction()).isGreaterThan(first);
        assertThat(objective.batch.fraction()).isLessThanOrEqualTo(0.75);
    }

    @Test
    void refusesImpossibleOptions() {
        assertThatIllegalArgumentException().isThrownBy(() -> new StepRegion.KlRadius(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new StepRegion.KlRadius(Double.NaN, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new StepRegion.ReductionRatio(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TruncatedOptions(10, 1, 0, 0.1, new StepRegion.ReductionRatio(1)));
    }
}
