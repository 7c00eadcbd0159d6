package io.kfac.spark.ml;

import io.kfac.family.Categorical;
import io.kfac.inference.Collinearity.Dependence;
import io.kfac.inference.Covariance;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.optimizer.LocalModel;
import io.kfac.spark.data.Standardization;
import io.kfac.spark.engine.GoodnessOfFit;
import io.kfac.spark.engine.Identification;
import io.kfac.spark.engine.TrainedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.Matrix;

/** What a fit says about coefficients, and how good it is: computed when it is first asked for. */
final class Inference {
    private final Supplier<GoodnessOfFit> goodness;
    private final Optional<Evidence> evidence;
    private final String refusal;
    private Optional<GoodnessOfFit> found = Optional.empty();
    private Optional<Source> source;
    private Optional<DoubleMatrix> covariance = Optional.empty();

    /**
     * What standard errors are made from.
     * @param network     of one layer, on standardised features
     * @param at          its parameters
     * @param dependences among its columns
     * @param infinite    coefficients without a finite optimum, in their table's order
     * @param robust      whether errors are the sandwich's
     * @param labels      of the outputs
     * @param names       of the features
     * @param negated     whether outputs are those of the model with the other sign
     */
    record Evidence(
            Network network,
            Parameters at,
            Standardization scaling,
            List<Dependence> dependences,
            boolean[] infinite,
            boolean robust,
            int[] labels,
            List<String> names,
            boolean negated) {

        static Evidence of(
                TrainedModel trained,
                Identification identification,
                int[] labels,
                List<String> names,
                boolean negated) {
            Network network = trained.network();
            Standardization scaling = trained.encoding().standardization();
            return new Evidence(
                    network,
                    trained.parameters(),
                    scaling,
                    identification.dependences(),
                    identification
                            .separation()
                            .map(s -> RawScale.moves(
                                    network,
                                    scaling,
                                    centred(network),
                                    s.direction().toArray()))
                            .orElseGet(() -> new boolean[network.size()]),
                    identification.scores().isPresent(),
                    labels,
                    names,
                    negated);
        }

        private static boolean centred(Network network) {
            return network.family() instanceof Categorical;
        }

        private boolean centred() {
            return centred(network);
        }

        private boolean constant(int column) {
            return column < scaling.sigma().length && !(scaling.sigma()[column] > 0);
        }

        /** Parameters that may be held without loss: of dependent and constant columns, and of the last class where only differences count. */
        private boolean[] held() {
            int d = network.inputColumns();
            boolean[] held = new boolean[network.size()];
            for (int i = 0; i < held.length; i++) {
                held[i] = constant(i % d) || (centred() && i >= held.length - d);
            }
            for (Dependence dependence : dependences) {
                for (int i = dependence.column(); i < held.length; i += d) {
                    held[i] = true;
                }
            }
            return held;
        }

        /** Coefficients that the data do not determine. */
        private boolean[] open() {
            int d = network.inputColumns();
            boolean[] open = new boolean[network.size()];
            for (int from = 0; from < open.length; from += d) {
                for (Dependence dependence : dependences) {
                    double[] idle = new double[open.length];
                    for (var term : dependence.combination().entrySet()) {
                        idle[from + term.getKey()] = -term.getValue();
                    }
                    idle[from + dependence.column()] = 1;
                    boolean[] moved = RawScale.moves(network, scaling, centred(), idle);
                    for (int i = 0; i < open.length; i++) {
                        open[i] |= moved[i];
                    }
                }
                for (int j = 0; j < d; j++) {
                    open[from + j] |= constant(j);
                }
            }
            return open;
        }
    }

    /** Of the covariance: let go once it is known. */
    private record Source(LocalModel model, Optional<DoubleMatrix> scores) {}

    private Inference(
            Supplier<GoodnessOfFit> goodness, Optional<Evidence> evidence, Optional<Source> source, String refusal) {
        this.goodness = goodness;
        this.evidence = evidence;
        this.source = source;
        this.refusal = refusal;
    }

    /** @param model with its Hessian */
    static Inference of(
            Evidence evidence, LocalModel model, Optional<DoubleMatrix> scores, Supplier<GoodnessOfFit> goodness) {
        return new Inference(goodness, Optional.of(evidence), Optional.of(new Source(model, scores)), "");
    }

    /** @param reason why there are no standard errors, and the remedy */
    static Inference without(String reason, Supplier<GoodnessOfFit> goodness) {
        return new Inference(goodness, Optional.empty(), Optional.empty(), reason);
    }

    synchronized GoodnessOfFit goodness() {
        if (found.isEmpty()) {
            found = Optional.of(goodness.get());
        }
        return found.get();
    }

    /** Of the coefficients in their table's order. @throws IllegalStateException where there is none, and why */
    Matrix coefficientCovariance() {
        Evidence from = evidence();
        DoubleMatrix known = covariance(from);
        boolean[] infinite = from.infinite();
        boolean[] open = from.open();
        double scale = dispersion(from);
        int q = infinite.length;
        double[] values = new double[q * q];
        for (int i = 0; i < q; i++) {
            for (int j = 0; j < q; j++) {
                boolean finite = !infinite[i] && !infinite[j];
                boolean both = !open[i] && !open[j];
                double value = finite && both ? scale * known.get(i, j) : Double.NaN;
                values[i * q + j] = i == j && infinite[i] ? Double.POSITIVE_INFINITY : value;
            }
        }
        return new DenseMatrix(q, q, values);
    }

    /** Output by output, its features, then its intercept. @throws IllegalStateException where there is none, and why */
    List<Coefficient> coefficients() {
        Evidence from = evidence();
        DoubleMatrix known = covariance(from);
        boolean[] infinite = from.infinite();
        boolean[] open = from.open();
        double scale = Math.sqrt(dispersion(from));
        boolean estimated = from.network().family().hasDispersion();
        double freedom = estimated ? goodness().degreesOfFreedom() : Double.POSITIVE_INFINITY;
        double[] estimates = RawScale.image(
                from.network(), from.scaling(), from.centred(), from.at().toArray());
        int columns = from.network().inputColumns();
        List<Coefficient> rows = new ArrayList<>();
        for (int i = 0; i < estimates.length; i++) {
            int j = i % columns;
            rows.add(new Coefficient(
                    from.labels()[i / columns],
                    j < from.names().size() ? from.names().get(j) : Coefficient.INTERCEPT,
                    from.negated() ? -estimates[i] : estimates[i],
                    infinite[i] ? Double.POSITIVE_INFINITY : open[i] ? Double.NaN : scale * Math.sqrt(known.get(i, i)),
                    freedom));
        }
        return rows;
    }

    private Evidence evidence() {
        return evidence.orElseThrow(
                () -> new IllegalStateException("Cannot give standard errors: %s".formatted(refusal)));
    }

    /** Sandwich errors estimate it themselves. */
    private double dispersion(Evidence from) {
        return from.network().family().hasDispersion() && !from.robust()
                ? goodness().dispersion()
                : 1;
    }

    private synchronized DoubleMatrix covariance(Evidence from) {
        if (covariance.isEmpty()) {
            Source known = source.orElseThrow();
            double weight = known.model().weight();
            DoubleMatrix hessian = known.model().hessian().orElseThrow();
            DoubleMatrix found = Covariance.of(hessian, known.scores(), from.held())
                    .orElseThrow(
                            () -> new IllegalStateException(
                                    "Cannot give standard errors: the Fisher information is not finite or far from positive. Remedy: check the features for huge values"));
            // The Hessian is that of the mean loss, the scores are sums.
            found.scale(1 / (from.robust() ? weight * weight : weight));
            RawScale.mapCovariance(from.network(), from.scaling(), from.centred(), found);
            covariance = Optional.of(found);
            source = Optional.empty();
        }
        return covariance.orElseThrow();
    }
}
