package io.kfac.spark.ml;

import io.kfac.family.Categorical;
import io.kfac.inference.Covariance;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.optimizer.LocalModel;
import io.kfac.spark.data.Standardization;
import io.kfac.spark.engine.GoodnessOfFit;
import io.kfac.spark.engine.Identification;
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
    private Optional<Covariance> covariance = Optional.empty();

    /**
     * What standard errors are made from.
     * @param network of one layer, on standardised features
     * @param at      its parameters
     * @param labels  of the outputs
     * @param names   of the features
     * @param negated whether outputs are those of the model with the other sign
     */
    record Evidence(
            Network network,
            Parameters at,
            Standardization scaling,
            LocalModel model,
            Identification identification,
            int[] labels,
            List<String> names,
            boolean negated) {}

    private Inference(Supplier<GoodnessOfFit> goodness, Optional<Evidence> evidence, String refusal) {
        this.goodness = goodness;
        this.evidence = evidence;
        this.refusal = refusal;
    }

    static Inference of(Evidence evidence, Supplier<GoodnessOfFit> goodness) {
        return new Inference(goodness, Optional.of(evidence), "");
    }

    /** @param reason why there are no standard errors, and the remedy */
    static Inference without(String reason, Supplier<GoodnessOfFit> goodness) {
        return new Inference(goodness, Optional.empty(), reason);
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
        Covariance known = covariance(from);
        boolean[] infinite = infinite(from);
        double scale = dispersion(from);
        int q = infinite.length;
        double[] values = new double[q * q];
        for (int i = 0; i < q; i++) {
            for (int j = 0; j < q; j++) {
                boolean finite = !infinite[i] && !infinite[j];
                boolean both = known.identifiable()[i] && known.identifiable()[j];
                double value = finite && both ? scale * known.matrix().get(i, j) : Double.NaN;
                values[i * q + j] = i == j && infinite[i] ? Double.POSITIVE_INFINITY : value;
            }
        }
        return new DenseMatrix(q, q, values);
    }

    /** Output by output, its features, then its intercept. @throws IllegalStateException where there is none, and why */
    List<Coefficient> coefficients() {
        Evidence from = evidence();
        Covariance known = covariance(from);
        boolean[] infinite = infinite(from);
        double scale = Math.sqrt(dispersion(from));
        boolean estimated = from.network().family().hasDispersion();
        double freedom = estimated ? goodness().degreesOfFreedom() : Double.POSITIVE_INFINITY;
        double[] estimates = raw(from, from.at());
        int columns = from.network().inputColumns();
        List<Coefficient> rows = new ArrayList<>();
        for (int i = 0; i < estimates.length; i++) {
            int j = i % columns;
            rows.add(new Coefficient(
                    from.labels()[i / columns],
                    j < from.names().size() ? from.names().get(j) : Coefficient.INTERCEPT,
                    from.negated() ? -estimates[i] : estimates[i],
                    infinite[i] ? Double.POSITIVE_INFINITY : scale * known.standardError(i),
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
        boolean needed = from.network().family().hasDispersion()
                && from.identification().scores().isEmpty();
        return needed ? goodness().dispersion() : 1;
    }

    private synchronized Covariance covariance(Evidence from) {
        if (covariance.isEmpty()) {
            DoubleMatrix fisher = (DoubleMatrix) from.model().hessian().copy();
            fisher.scale(from.model().weight());
            covariance = Covariance.of(fisher, from.identification().scores(), map(from));
        }
        return covariance.orElseThrow(
                () -> new IllegalStateException(
                        "Cannot give standard errors: the Fisher information has no eigenvalues. Remedy: check the features for huge values"));
    }

    /** Coefficients that a direction moves along which the loss falls for ever. */
    private static boolean[] infinite(Evidence from) {
        boolean[] infinite = new boolean[from.network().size()];
        from.identification().separation().ifPresent(separation -> {
            double[] moved = raw(from, separation.direction());
            double[] all = new double[moved.length];
            DoubleMatrix map = map(from);
            double[] direction = separation.direction().toArray();
            for (int i = 0; i < all.length; i++) {
                for (int j = 0; j < direction.length; j++) {
                    all[i] += Math.abs(map.get(i, j) * direction[j]);
                }
                infinite[i] = Math.abs(moved[i]) > RawScale.ROUNDING * all[i];
            }
        });
        return infinite;
    }

    private static DoubleMatrix map(Evidence from) {
        return RawScale.map(from.network(), from.scaling(), from.network().family() instanceof Categorical);
    }

    /** As the model has them. */
    private static double[] raw(Evidence from, Parameters trained) {
        DoubleMatrix map = map(from);
        DoubleMatrix image = DoubleMatrix.zeros(1, map.rows());
        DoubleMatrix row =
                (DoubleMatrix) trained.to(from.network(), Precision.DOUBLE).flat();
        image.multiply(1, row, Transpose.NO, map, Transpose.YES, 0);
        double[] values = new double[map.rows()];
        image.getRow(0, values);
        return values;
    }
}
