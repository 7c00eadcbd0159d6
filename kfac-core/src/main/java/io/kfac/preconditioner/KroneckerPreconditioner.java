package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.FisherKind;
import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * K-FAC: each layer's block of the Fisher is A (x) G, inverted factor by factor with factored Tikhonov damping (Martens and
 * Grosse 2015, sec. 3 to 6.3).
 */
public final class KroneckerPreconditioner implements Preconditioner {
    private final Network network;
    private final KroneckerFactors factors;
    private final List<Optional<Cholesky>> inputs;
    private final List<Optional<Cholesky>> outputs;
    private final DoubleMatrix[] scratch;

    /**
     * @param fisher    whose residuals G is made of
     * @param decay     of the moving sums, a batch
     * @param inputRows rows a column after which the first layer's A, which depends on the data alone and so is not decayed, is kept
     *     as it is
     */
    public record Options(FisherKind fisher, double decay, double inputRows) {
        public Options {
            if (!(decay >= 0 && decay < 1)) {
                throw new IllegalArgumentException(
                        "Cannot decay curvature by %s a step: not in [0, 1)".formatted(decay));
            }
        }

        /** Sampled Fisher, decay 0.95; the first A over twenty rows a column. */
        public static Options defaults() {
            return new Options(FisherKind.SAMPLED, 0.95, 20);
        }
    }

    public KroneckerPreconditioner(Network network, Options options) {
        this.network = network;
        factors = new KroneckerFactors(network, options);
        int depth = network.depth();
        inputs = new ArrayList<>(Collections.nCopies(depth, Optional.empty()));
        outputs = new ArrayList<>(Collections.nCopies(depth, Optional.empty()));
        scratch = new DoubleMatrix[depth];
        for (int l = 0; l < depth; l++) {
            Layer layer = network.layer(l);
            scratch[l] = DoubleMatrix.zeros(layer.columns(), layer.outputs());
        }
    }

    @Override
    public Optional<CurvatureKind> statistics(long key, double rows) {
        return Optional.of(factors.ask(key, rows));
    }

    @Override
    public void accumulate(Optional<CurvatureSums> sums, Parameters gradient) {
        sums.ifPresent(factors::add);
    }

    /** Factored Tikhonov damping: A + pi gamma I and G + gamma / pi I with gamma = sqrt(damping) (sec. 6.3). */
    @Override
    public void refresh(double damping) {
        double gamma = Math.sqrt(damping);
        IntStream.range(0, 2 * network.depth()).parallel().forEach(i -> {
            int l = i / 2;
            double pi = pi(l);
            if (i % 2 == 0) {
                inputs.set(l, Optional.of(DampedCholesky.of(factors.input(l), pi * gamma, "A of layer " + l)));
            } else {
                outputs.set(l, Optional.of(DampedCholesky.of(factors.output(l), gamma / pi, "G of layer " + l)));
            }
        });
        factors.mark();
    }

    /** pi^2 = (tr A / dim A) / (tr G / dim G) (sec. 6.3); 1 where a factor is zero, as G is when every delta is. */
    private double pi(int l) {
        double a = factors.input(l).trace() / factors.input(l).order();
        double g = factors.output(l).trace() / factors.output(l).order();
        double pi = Math.sqrt(a / g);
        return pi > 0 && Double.isFinite(pi) ? pi : 1;
    }

    /** out = G^-1 V A^-1, layer by layer. */
    @Override
    public void apply(Parameters gradient, Parameters out) {
        IntStream.range(0, network.depth()).parallel().forEach(l -> {
            DoubleMatrix result = (DoubleMatrix) out.layer(l);
            result.copyFrom(gradient.layer(l));
            inputs.get(l).orElseThrow().solveRows(result);
            scratch[l].copyTransposed(result);
            outputs.get(l).orElseThrow().solveRows(scratch[l]);
            result.copyTransposed(scratch[l]);
        });
    }

    @Override
    public List<CurvatureFactor> factors() {
        return factors.means();
    }

    @Override
    public double exponent() {
        return 1;
    }

    /** Relative change of the factor that changed most. */
    @Override
    public double drift() {
        return factors.drift();
    }

    @Override
    public void visit(State state) {
        factors.visit(state);
        for (int l = 0; l < network.depth(); l++) {
            inputs.set(l, state.factor("A" + l, factors.input(l).order(), inputs.get(l)));
            outputs.set(l, state.factor("G" + l, factors.output(l).order(), outputs.get(l)));
        }
    }
}
