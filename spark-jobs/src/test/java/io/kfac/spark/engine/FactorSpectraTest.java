package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.model.Parameters;
import io.kfac.objective.Objective;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.StepReport;
import io.kfac.preconditioner.CurvatureFactor;
import io.kfac.preconditioner.Preconditioner;
import io.kfac.preconditioner.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FactorSpectraTest {
    /** Eigenvalues 3 and 1, then rotated. */
    private static final CurvatureFactor SMALL =
            new CurvatureFactor("layer 1, A", 2, () -> new DoubleMatrix(new double[] {2, 0, 1, 2}, 0, 2, 2, 2));

    /** Seconds that pay for any copy of these. */
    private static final double LONG = 1_000;

    @Test
    void spectraAreOnADoublingScheduleAndKnownOnesAreRight() {
        FactorSpectra spectra = new FactorSpectra();
        Optimizer optimizer = having(SMALL);
        for (long step = 1; step <= 9; step++) {
            spectra.onStep(step, optimizer, LONG);
        }
        List<Long> steps = new ArrayList<>();
        List<ObjectNode> lines = spectra.lines(1, System::nanoTime);
        lines.forEach(line -> steps.add(line.at("/spectrum/step").asLong()));
        assertThat(steps).containsExactlyInAnyOrder(1L, 2L, 4L, 8L);
        JsonNode one = lines.get(0).path("spectrum");
        assertThat(one.at("/values/0").asDouble()).isCloseTo(3, within(1e-12));
        assertThat(one.at("/values/1").asDouble()).isCloseTo(1, within(1e-12));
        double entropy = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
        assertThat(one.path("effectiveRank").asDouble()).isCloseTo(Math.exp(entropy), within(1e-12));
        assertThat(spectra.lines(1, System::nanoTime)).as("told once").isEmpty();
    }

    @Test
    void aCopyWaitsUntilTheRunPaysForIt() {
        FactorSpectra spectra = new FactorSpectra();
        spectra.onStep(1, having(SMALL), 0);
        spectra.onStep(2, having(SMALL), 0);
        spectra.onStep(3, having(SMALL), LONG);
        assertThat(spectra.lines(1, System::nanoTime))
                .extracting(line -> line.at("/spectrum/step").asLong())
                .containsExactly(3L);
    }

    @Test
    void equalEigenvaluesHaveAllTheirRank() {
        assertThat(FactorSpectra.effectiveRank(new double[] {2, 2, 2, 2})).isCloseTo(4, within(1e-12));
        assertThat(FactorSpectra.effectiveRank(new double[] {5, 0, -1e-18})).isCloseTo(1, within(1e-12));
    }

    @Test
    void ranksOfLargeSpectraAreThinned() {
        assertThat(FactorSpectra.ranks(3)).containsExactly(1, 2, 3);
        int[] ranks = FactorSpectra.ranks(1_000);
        assertThat(ranks).startsWith(1, 2, 3).endsWith(1_000).isSorted().doesNotHaveDuplicates();
        assertThat(ranks.length).isLessThanOrEqualTo(100);
    }

    @Test
    void whatTheBudgetDoesNotPayForIsNotBegun() {
        FactorSpectra spectra = new FactorSpectra();
        spectra.onStep(1, having(SMALL), LONG);
        assertThat(spectra.lines(0, System::nanoTime)).isEmpty();
    }

    @Test
    void hugeFactorsAreNotEvenCopied() {
        FactorSpectra spectra = new FactorSpectra();
        spectra.onStep(
                1,
                having(new CurvatureFactor("layer 1, A", 5_000, () -> {
                    throw new AssertionError("copied");
                })),
                LONG);
        assertThat(spectra.lines(1, System::nanoTime)).isEmpty();
    }

    private static Optimizer having(CurvatureFactor factor) {
        Preconditioner metric = new Made(List.of(factor));
        return new Optimizer() {
            @Override
            public Optional<Preconditioner> preconditioner() {
                return Optional.of(metric);
            }

            @Override
            public Parameters parameters() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Parameters settled() {
                throw new UnsupportedOperationException();
            }

            @Override
            public double epoch() {
                return 0;
            }

            @Override
            public Optional<StepReport> step(Objective objective) {
                return Optional.empty();
            }

            @Override
            public Optional<StepReport> finish(Objective objective) {
                return Optional.empty();
            }

            @Override
            public Optional<String> stalled() {
                return Optional.empty();
            }
        };
    }

    /** A metric that is nothing but its factors. */
    private record Made(List<CurvatureFactor> factors) implements Preconditioner {
        @Override
        public Optional<CurvatureKind> statistics(long key, double rows) {
            return Optional.empty();
        }

        @Override
        public void accumulate(Optional<CurvatureSums> sums, Parameters gradient) {}

        @Override
        public void refresh(double damping) {}

        @Override
        public void apply(Parameters gradient, Parameters out) {
            out.copyFrom(gradient);
        }

        @Override
        public void visit(State state) {}

        @Override
        public double exponent() {
            return 1;
        }
    }
}
