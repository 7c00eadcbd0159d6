package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.Kronecker;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The Kronecker factors of every layer, averaged over batches, and what to ask of the next one. */
final class KroneckerFactors {
    private final Network network;
    private final KroneckerPreconditioner.Options options;
    private final List<MovingSum> inputs = new ArrayList<>();
    private final List<MovingSum> outputs = new ArrayList<>();
    private double inputRows;
    private Kronecker asked;

    KroneckerFactors(Network network, KroneckerPreconditioner.Options options) {
        this.network = network;
        this.options = options;
        for (int l = 0; l < network.depth(); l++) {
            Layer layer = network.layer(l);
            inputs.add(new MovingSum(layer.columns(), l == 0 ? 1 : options.decay()));
            outputs.add(new MovingSum(layer.outputs(), options.decay()));
        }
        asked = new Kronecker(options.fisher(), 0, 0);
    }

    Kronecker ask(long key, double rows) {
        double wanted = options.inputRows() * inputs.get(0).order();
        int first = inputRows >= wanted ? 1 : 0;
        // A little more than is wanted, so that chance does not make it a second batch; a large share saves nothing.
        double share = 1.1 * wanted / rows;
        asked = new Kronecker(options.fisher(), key, first, share < 0.5 ? share : 1);
        return asked;
    }

    /** @param batch the answer to what was asked last */
    void add(CurvatureSums batch) {
        inputRows += asked.firstInput() == 0 ? asked.inputShare() * batch.rows() : 0;
        for (int l = 0; l < network.depth(); l++) {
            if (l >= asked.firstInput()) {
                inputs.get(l).add(asked.inputFactor(batch, l), batch.weight());
            }
            outputs.get(l).add(asked.outputFactor(network, batch, l), batch.weight());
        }
    }

    /** A of a layer. */
    MovingSum input(int l) {
        return inputs.get(l);
    }

    /** G of a layer. */
    MovingSum output(int l) {
        return outputs.get(l);
    }

    /** Both of every layer; none before there are statistics. */
    List<CurvatureFactor> means() {
        List<CurvatureFactor> means = new ArrayList<>();
        for (int l = 0; l < network.depth(); l++) {
            addMean("layer %d, A".formatted(l + 1), inputs.get(l), means);
            addMean("layer %d, G".formatted(l + 1), outputs.get(l), means);
        }
        return means;
    }

    private static void addMean(String name, MovingSum factor, List<CurvatureFactor> into) {
        if (factor.weight() > 0) {
            into.add(new CurvatureFactor(name, factor.order(), factor::mean));
        }
    }

    void mark() {
        all().forEach(MovingSum::mark);
    }

    /** Of the factor that drifted most. */
    double drift() {
        return all().mapToDouble(MovingSum::drift).max().orElseThrow();
    }

    private Stream<MovingSum> all() {
        return Stream.concat(inputs.stream(), outputs.stream());
    }

    void visit(State state) {
        inputRows = state.number("inputRows", inputRows);
        for (int l = 0; l < network.depth(); l++) {
            inputs.get(l).visit(state.at("A" + l));
            outputs.get(l).visit(state.at("G" + l));
        }
    }
}
