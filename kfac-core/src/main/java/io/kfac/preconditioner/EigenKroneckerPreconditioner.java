package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.EigenMoments;
import io.kfac.curvature.Kronecker;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * E-KFAC (George et al. 2018): each layer's block of the Fisher is diagonal in the eigenbasis of its Kronecker factors, with second
 * moments of the gradient for eigenvalues instead of products of the factors' own. The basis is made at a refresh, from whatever
 * statistics came since the last one; moments follow every batch, and damping is added coordinate by coordinate.
 */
public final class EigenKroneckerPreconditioner implements Preconditioner {
    private final Network network;
    private final double decay;
    private final KroneckerFactors factors;
    private final List<EigenLayer> layers = new ArrayList<>();
    private boolean inBasis;
    private double damping;

    public EigenKroneckerPreconditioner(Network network, KroneckerPreconditioner.Options options) {
        this.network = network;
        this.decay = options.decay();
        this.factors = new KroneckerFactors(network, options);
        for (int l = 0; l < network.depth(); l++) {
            layers.add(new EigenLayer(factors.input(l), factors.output(l), "layer " + l));
        }
    }

    /** The factors alone until there is a basis. */
    @Override
    public Optional<CurvatureKind> statistics(long key, double rows) {
        Kronecker asked = factors.ask(key, rows);
        inBasis = layers.get(0).hasBasis();
        if (!inBasis) {
            return Optional.of(asked);
        }
        Precision precision = network.precision();
        List<Matrix> inputs =
                layers.stream().map(layer -> layer.inputBasis(precision)).toList();
        List<Matrix> outputs =
                layers.stream().map(layer -> layer.outputBasis(precision)).toList();
        return Optional.of(new EigenMoments(asked, inputs, outputs));
    }

    @Override
    public void accumulate(Optional<CurvatureSums> sums, Parameters gradient) {
        sums.ifPresent(batch -> {
            factors.add(batch);
            if (inBasis) {
                double[] numbers = new double[network.size()];
                batch.numbers().getRow(0, numbers);
                int at = 0;
                for (EigenLayer layer : layers) {
                    int end = at + layer.size();
                    layer.addMoments(decay, Arrays.copyOfRange(numbers, at, end), batch.weight());
                    at = end;
                }
            }
        });
    }

    @Override
    public void refresh(double lambda) {
        damping = lambda;
        IntStream.range(0, layers.size()).parallel().forEach(l -> layers.get(l).rebase());
    }

    @Override
    public boolean damp(double lambda) {
        damping = lambda;
        return true;
    }

    /** Off-diagonal mass of the factors in their bases, as a share of the factors: of the layer where it is largest. */
    @Override
    public double drift() {
        return layers.stream().mapToDouble(EigenLayer::offDiagonal).max().orElseThrow();
    }

    /** out = U_G ((U_G' V U_A) / (s + lambda)) U_A', layer by layer. */
    @Override
    public void apply(Parameters gradient, Parameters out) {
        IntStream.range(0, layers.size()).parallel().forEach(l -> layers.get(l)
                .divide((DoubleMatrix) gradient.layer(l), damping, (DoubleMatrix) out.layer(l)));
    }

    @Override
    public List<CurvatureFactor> factors() {
        return factors.means();
    }

    @Override
    public double exponent() {
        return 1;
    }

    @Override
    public void visit(State state) {
        factors.visit(state);
        damping = state.number("damping", damping);
        for (int l = 0; l < layers.size(); l++) {
            layers.get(l).visit(state.at("eigen" + l));
        }
    }
}
