package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.curvature.FisherKind;
import io.kfac.family.Categorical;
import io.kfac.family.Gaussian;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Cost;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.FullFisherPreconditioner;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import io.kfac.preconditioner.State;
import io.kfac.testing.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdaptiveOptimizerTest {
    private record Options(RunOptions run, AdaptiveOptions adaptive) {}

    private static Options options(double l2, double damping, int batchRows) {
        return new Options(
                new RunOptions(new Penalty(l2), 1, 0),
                new AdaptiveOptions(batchRows, 1, new Refresh.Every(5), damping));
    }

    private static AdaptiveOptimizer optimizer(Network network, Preconditioner preconditioner, Options options) {
        return new AdaptiveOptimizer(
                network,
                Problems.parameters(network, 0.3, 2),
                preconditioner,
                options.run(),
                options.adaptive(),
                () -> 0L);
    }

    private static Preconditioner kfac(Network network) {
        return new KroneckerPreconditioner(network, KroneckerPreconditioner.Options.defaults());
    }

    /** The loss of a Gaussian linear model is its own quadratic model: rho is 1 to rounding. */
    @Test
    void predictedIsActualOnAGaussianLinearModel() {
        Network network = Problems.network(new Gaussian(), Activation.IDENTITY, Precision.DOUBLE, 4, 2);
        // 250 rows: the products and the KL use all of so small a batch.
        Objective objective = new InMemoryObjective(network, List.of(Problems.batch(network, 250, 1)));
        AdaptiveOptimizer optimizer = optimizer(network, kfac(network), options(0.01, 0.1, 10_000));
        List<StepReport> reports = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            optimizer.step(objective).ifPresent(reports::add);
        }
        optimizer.finish(objective).ifPresent(reports::add);
        assertThat(reports).hasSize(4);
        for (StepReport report : reports) {
            assertThat(report.rho()).isCloseTo(1, within(1e-8));
            assertThat(report.measuredKl()).isCloseTo(report.predictedKl(), within(1e-8 * report.predictedKl()));
        }
    }

    @Test
    void reachesTheOptimumOfALogisticRegression() {
        Network network = Problems.network(new Categorical(), Activation.IDENTITY, Precision.DOUBLE, 4, 3);
        MiniBatch batch = Problems.batch(network, 800, 3);
        Objective objective = new InMemoryObjective(network, List.of(batch));
        AdaptiveOptimizer optimizer = optimizer(
                network, new FullFisherPreconditioner(network, FisherKind.EXACT, 0), options(0.01, 1e-3, 10_000));
        for (int i = 0; i < 40 && optimizer.stalled().isEmpty(); i++) {
            optimizer.step(objective);
        }
        Parameters found = optimizer.settled();
        Evaluation there = objective.evaluate("test", new Query(found, RowSelection.all(), Request.lossAndGradient()));
        assertThat(new Penalty(0.01).meanGradient(network, found, there).norm()).isLessThan(1e-8);
    }

    /** Spoils the trial loss of one chosen pass, as an overflow would. */
    private static final class Sabotage implements Objective {
        private final Objective inner;
        private final int spoiled;
        private int gradients;
        private final List<RowSelection> batches = new ArrayList<>();

        Sabotage(Objective inner, int spoiled) {
            this.inner = inner;
            this.spoiled = spoiled;
        }

        @Override
        public List<Evaluation> evaluate(String purpose, List<Query> queries) {
            List<Evaluation> answers = new ArrayList<>(inner.evaluate(purpose, queries));
            if (queries.get(0).what().gradient()) {
                batches.add(queries.get(0).rows());
                if (++gradients == spoiled) {
                    Evaluation e = answers.get(2);
                    answers.set(
                            2,
                            new Evaluation(
                                    e.rows(),
                                    e.weight(),
                                    Double.NaN,
                                    e.correct(),
                                    e.deviance(),
                                    e.violating(),
                                    e.descending(),
                                    e.standing(),
                                    e.divergence(),
                                    e.gradient(),
                                    e.curvature(),
                                    e.fisher(),
                                    e.product(),
                                    e.lineLosses()));
                }
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

    @Test
    void aBadStepIsUndoneBitForBitAndItsStatisticsAreNeverMerged() {
        Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 4, 5, 3);
        Objective data = new InMemoryObjective(network, List.of(Problems.batch(network, 3_000, 3)));
        CountingPreconditioner counting = new CountingPreconditioner(kfac(network));
        Sabotage objective = new Sabotage(data, 3);
        AdaptiveOptimizer optimizer = optimizer(network, counting, options(0, 1e-2, 500));
        optimizer.step(objective);
        StepReport first = optimizer.step(objective).orElseThrow();
        double[] beforeTrial = optimizer.settled().toArray();
        int merged = counting.merged;
        StepReport refused = optimizer.step(objective).orElseThrow();
        assertThat(first.accepted()).isTrue();
        assertThat(refused.accepted()).isFalse();
        assertThat(optimizer.settled().toArray()).containsExactly(beforeTrial);
        assertThat(counting.merged).isEqualTo(merged);
        StepReport redone = optimizer.step(objective).orElseThrow();
        assertThat(redone.accepted()).isTrue();
        assertThat(redone.damping()).isEqualTo(4 * refused.damping());
        assertThat(redone.momentum()).isZero();
        assertThat(redone.loss()).isEqualTo(refused.loss());
        // The rows whose sums were thrown away are drawn again: an epoch still visits every row.
        assertThat(objective.batches.get(3)).isEqualTo(objective.batches.get(2));
    }

    private static final class CountingPreconditioner implements Preconditioner {
        private final Preconditioner inner;
        private int merged;

        CountingPreconditioner(Preconditioner inner) {
            this.inner = inner;
        }

        @Override
        public Optional<io.kfac.curvature.CurvatureKind> statistics(long key, double rows) {
            return inner.statistics(key, rows);
        }

        @Override
        public void accumulate(Optional<io.kfac.curvature.CurvatureSums> sums, Parameters gradient) {
            merged++;
            inner.accumulate(sums, gradient);
        }

        @Override
        public void refresh(double damping) {
            inner.refresh(damping);
        }

        @Override
        public void apply(Parameters gradient, Parameters out) {
            inner.apply(gradient, out);
        }

        @Override
        public void visit(State state) {
            inner.visit(state);
        }

        @Override
        public double exponent() {
            return inner.exponent();
        }
    }

    /** Weights times a constant are the same mean loss: batches, damping, L2 and so all steps stay. */
    @Test
    void scalingAllWeightsLeavesTheStepsUnchanged() {
        Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 4, 5, 3);
        MiniBatch batch = Problems.batch(network, 1_500, 3);
        double[] sevens = new double[batch.rows()];
        java.util.Arrays.fill(sevens, 7);
        double[] plain = run(network, List.of(batch), 3);
        double[] scaled = run(network, List.of(Problems.weighted(batch, sevens)), 3);
        for (int i = 0; i < plain.length; i++) {
            assertThat(scaled[i]).isCloseTo(plain[i], within(1e-9));
        }
    }

    private double[] run(Network network, List<MiniBatch> blocks, int steps) {
        Objective objective = new InMemoryObjective(network, blocks);
        AdaptiveOptimizer optimizer = optimizer(network, kfac(network), options(1e-3, Double.NaN, 400));
        for (int i = 0; i < steps; i++) {
            optimizer.step(objective);
        }
        optimizer.finish(objective);
        return optimizer.parameters().toArray();
    }
}
