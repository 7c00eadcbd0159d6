package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.Kronecker;
import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * K-FAC: each layer's block of the Fisher is A (x) G, inverted factor by factor with factored Tikhonov damping (Martens and
 * Grosse 2015, sec. 3 to 6.3).
 */
public final class KroneckerPreconditioner implements Preconditioner {
    private final Network network;
    private final Options options;
    private final List<MovingSum> inputs = new ArrayList<>();
    private final List<MovingSum> outputs = new ArrayList<>();
    private final Cholesky[] inputFactors;
    private final Cholesky[] outputFactors;
    private final DoubleMatrix[] scratch;
    private double inputRows;
    private Kronecker asked;

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
        this.options = options;
        int depth = network.depth();
        inputFactors = new Cholesky[depth];
        outputFactors = new Cholesky[depth];
        scratch = new DoubleMatrix[depth];
        for (int l = 0; l < depth; l++) {
            Layer layer = network.layer(l);
            inputs.add(new MovingSum(layer.columns(), l == 0 ? 1 : options.decay()));
            outputs.add(new MovingSum(layer.outputs(), options.decay()));
            scratch[l] = DoubleMatrix.zeros(layer.columns(), layer.outputs());
        }
        asked = new Kronecker(options.fisher(), 0, 0);
    }

    @Override
    public Optional<CurvatureKind> statistics(long key, double rows) {
        double wanted = options.inputRows() * inputs.get(0).order();
        int first = inputRows >= wanted ? 1 : 0;
        // A little more than is wanted, so that chance does not make it a second batch; a large share saves nothing.
        double share = 1.1 * wanted / rows;
        asked = new Kronecker(options.fisher(), key, first, share < 0.5 ? share : 1);
        return Optional.of(asked);
    }

    @Override
    public void accumulate(Optional<CurvatureSums> sums, Parameters gradient) {
        sums.ifPresent(batch -> {
            inputRows += asked.firstInput() == 0 ? asked.inputShare() * batch.rows() : 0;
            for (int l = 0; l < network.depth(); l++) {
                if (l >= asked.firstInput()) {
                    inputs.get(l).add(asked.inputFactor(batch, l), batch.weight());
                }
                outputs.get(l).add(asked.outputFactor(network, batch, l), batch.weight());
            }
        });
    }

    /** Factored Tikhonov damping: A + pi gamma I and G + gamma / pi I with gamma = sqrt(damping) (sec. 6.3). */
    @Override
    public void refresh(double damping) {
        double gamma = Math.sqrt(damping);
        IntStream.range(0, 2 * network.depth()).parallel().forEach(i -> {
            int l = i / 2;
            double pi = pi(l);
            if (i % 2 == 0) {
                inputFactors[l] = DampedCholesky.of(inputs.get(l), pi * gamma, "A of layer " + l);
            } else {
                outputFactors[l] = DampedCholesky.of(outputs.get(l), gamma / pi, "G of layer " + l);
            }
        });
    }

    /** pi^2 = (tr A / dim A) / (tr G / dim G) (sec. 6.3); 1 where a factor is zero, as G is when every delta is. */
    private double pi(int l) {
        double a = inputs.get(l).trace() / inputs.get(l).order();
        double g = outputs.get(l).trace() / outputs.get(l).order();
        double pi = Math.sqrt(a / g);
        return pi > 0 && Double.isFinite(pi) ? pi : 1;
    }

    /** out = G^-1 V A^-1, layer by layer. */
    @Override
    public void apply(Parameters gradient, Parameters out) {
        IntStream.range(0, network.depth()).parallel().forEach(l -> {
            DoubleMatrix result = (DoubleMatrix) out.layer(l);
            result.copyFrom(gradient.layer(l));
            inputFactors[l].solveRows(result);
            scratch[l].copyTransposed(result);
            outputFactors[l].solveRows(scratch[l]);
            result.copyTransposed(scratch[l]);
        });
    }

    @Override
    public double exponent() {
        return 1;
    }
}
