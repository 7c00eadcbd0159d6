package io.kfac.objective;

import io.kfac.batch.RowBuffer;
import io.kfac.curvature.CurvatureSums;
import io.kfac.family.ExponentialFamily;
import io.kfac.family.Recession;
import io.kfac.linalg.Elementwise;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Network.LayerVisitor;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The sums of one query, growing pass by pass: what an executor does to its rows. */
final class QuerySums {
    /**
     * Share of the sum of |x_j d_j| that a tangent sum of x_j d_j in double must exceed to be one: what is left of the rounding of x and
     * of a direction that was solved for. An absolute bound would let the rows of a feature with outliers stand still.
     */
    private static final double ROUNDING = 1e-10;

    private final Network network;
    private final Query query;
    private final SumsLayout layout;
    private final double[] scalars;
    private final Optional<Parameters> gradient;
    private final Optional<Parameters> product;
    private final Optional<CurvatureSums> curvature;
    private final Optional<Parameters> magnitude;
    private long factorNanos;

    QuerySums(Network network, Query query) {
        this.network = network;
        this.query = query;
        Precision precision = network.precision();
        layout = new SumsLayout(network, query.what());
        scalars = new double[layout.scalars()];
        gradient = query.what().gradient() ? Optional.of(Parameters.zeros(network, precision)) : Optional.empty();
        product = query.what().multiplied().map(v -> Parameters.zeros(network, precision));
        magnitude = query.what().recession().map(d -> absolute(network, d));
        curvature = query.what().curvature().map(kind -> SumsLayout.curvatureZeros(kind, network, precision));
    }

    PartialSums pack() {
        return layout.pack(scalars, gradient, product, curvature);
    }

    double factorSeconds() {
        return factorNanos * 1e-9;
    }

    /** Adds the buffered rows: one forward pass and whatever backward and tangent passes the query takes. */
    void add(RowBuffer rows, Workspace workspace) {
        Request what = query.what();
        int n = rows.rows();
        network.forward(query.at(), rows.features(), rows.offsets(), what.slopes(), workspace);
        Matrix targets = rows.targets();
        double[] weights = Arrays.copyOf(rows.weights(), n);
        addLoss(workspace.theta(), targets, weights);
        if (what.slopes() || what.errors()) {
            network.family().mean(workspace.theta(), workspace.mean());
        }
        if (what.errors()) {
            scalars[SumsLayout.CORRECT] += Accuracy.correct(workspace.theta(), targets, weights);
            scalars[SumsLayout.DEVIANCE] += network.family().deviance(workspace.mean(), targets, weights);
        }
        gradient.ifPresent(sum -> addGradient(sum, targets, weights, workspace));
        what.curvature().ifPresent(kind -> {
            long start = System.nanoTime();
            workspace.targets().copyFrom(targets);
            kind.add(network, query.at(), workspace, weights, rows.rowIds(), curvature.orElseThrow());
            factorNanos += System.nanoTime() - start;
        });
        addFisherProducts(weights, workspace);
        product.ifPresent(sum -> addProduct(sum, weights, workspace));
        what.lines().ifPresent(lines -> addLines(lines, targets, weights, workspace));
        what.recession().ifPresent(direction -> addRecession(direction, targets, weights, workspace));
        what.reference().ifPresent(reference -> addDivergence(reference, rows, weights, workspace));
    }

    private void addLines(Lines lines, Matrix targets, double[] weights, Workspace workspace) {
        requireLinear("take losses on lines");
        Matrix z = workspace.delta(0);
        double[] losses = new double[weights.length];
        int at = layout.lines();
        for (Parameters direction : lines.directions()) {
            Matrix tangent = network.jacobianProduct(query.at(), direction, workspace);
            for (double share : lines.shares()) {
                z.copyFrom(workspace.theta());
                z.add(share, tangent);
                network.family().losses(z, targets, losses);
                double sum = 0;
                for (int i = 0; i < losses.length; i++) {
                    sum += weights[i] == 0 ? 0 : weights[i] * losses[i];
                }
                scalars[at++] += sum;
            }
        }
    }

    private void addRecession(Parameters direction, Matrix targets, double[] weights, Workspace workspace) {
        requireLinear("follow a direction of recession");
        Matrix tangents = network.jacobianProduct(query.at(), direction, workspace);
        Recession[] recessions = new Recession[weights.length];
        network.family().recession(tangents, rounding(workspace), targets, recessions);
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                int count =
                        switch (recessions[i]) {
                            case VIOLATES -> SumsLayout.VIOLATING;
                            case DESCENDS -> SumsLayout.DESCENDING;
                            case FLAT -> SumsLayout.STANDING;
                        };
                scalars[count]++;
            }
        }
    }

    /** By Higham 2002, sec. 3.1: at most columns times the unit roundoff times the sum of |x_j d_j|. */
    private Matrix rounding(Workspace workspace) {
        Matrix sizes = workspace.delta(0);
        Matrix negative = sizes.copy();
        Matrix bounds = magnitude.orElseThrow().layer(0);
        workspace.input(0).part(1).timesTransposed(bounds, sizes);
        workspace.input(0).part(-1).timesTransposed(bounds, negative);
        sizes.add(1, negative);
        double unit = network.precision() == Precision.FLOAT ? Math.ulp(1f) : Math.ulp(1.0);
        sizes.scale(Math.max(ROUNDING, network.inputColumns() * unit));
        return sizes;
    }

    private static Parameters absolute(Network network, Parameters direction) {
        double[] sizes = Arrays.stream(direction.toArray()).map(Math::abs).toArray();
        return Parameters.of(network, sizes).to(network, network.precision());
    }

    private void requireLinear(String purpose) {
        if (network.depth() != 1) {
            throw new IllegalArgumentException(
                    "Cannot %s of a network %s: it has hidden layers".formatted(purpose, network.widths()));
        }
    }

    /** KL(reference || at), summed over rows. */
    private void addDivergence(Parameters reference, RowBuffer rows, double[] weights, Workspace workspace) {
        Matrix theta = workspace.targets();
        theta.copyFrom(workspace.theta());
        network.forward(reference, rows.features(), rows.offsets(), false, workspace);
        network.family().mean(workspace.theta(), workspace.mean());
        theta.add(-1, workspace.theta());
        double[] divergences = new double[weights.length];
        network.family().divergences(workspace.mean(), theta, divergences);
        for (int i = 0; i < weights.length; i++) {
            scalars[SumsLayout.DIVERGENCE] += weights[i] * divergences[i];
        }
    }

    private void addLoss(Matrix theta, Matrix targets, double[] weights) {
        double[] losses = new double[weights.length];
        network.family().losses(theta, targets, losses);
        double loss = 0;
        double weight = 0;
        for (int i = 0; i < losses.length; i++) {
            // A weight of zero must hide even a loss that is not finite.
            loss += weights[i] == 0 ? 0 : weights[i] * losses[i];
            weight += weights[i];
        }
        scalars[SumsLayout.ROWS] += losses.length;
        scalars[SumsLayout.WEIGHT] += weight;
        scalars[SumsLayout.LOSS] += loss;
    }

    private void addGradient(Parameters sum, Matrix targets, double[] weights, Workspace workspace) {
        Matrix delta = workspace.delta(network.depth() - 1);
        network.family().residuals(workspace.mean(), targets, delta);
        delta.scaleRows(weights);
        network.backward(query.at(), workspace, LayerVisitor.gradient(sum));
    }

    /** F v = sum of w J' H J v, by a tangent and a backward pass (Pearlmutter 1994; Schraudolph 2002, sec. 3). */
    private void addProduct(Parameters sum, double[] weights, Workspace workspace) {
        Matrix tangent =
                network.jacobianProduct(query.at(), query.what().multiplied().orElseThrow(), workspace);
        Matrix delta = workspace.delta(network.depth() - 1);
        network.family().fisherProduct(workspace.mean(), tangent, delta);
        delta.scaleRows(weights);
        network.backward(query.at(), workspace, LayerVisitor.gradient(sum));
    }

    /** u_i' F u_j = sum of w (J u_i)' H (J u_j), H the Fisher information of the outputs (Martens and Grosse 2015, appendix C). */
    private void addFisherProducts(double[] weights, Workspace workspace) {
        ExponentialFamily family = network.family();
        List<Parameters> directions = query.what().directions();
        int k = directions.size();
        List<Matrix> tangents = new ArrayList<>();
        for (Parameters direction : directions) {
            tangents.add(
                    network.jacobianProduct(query.at(), direction, workspace).copy());
        }
        double[] products = new double[weights.length];
        Matrix image = workspace.delta(network.depth() - 1);
        for (int j = 0; j < k; j++) {
            family.fisherProduct(workspace.mean(), tangents.get(j), image);
            for (int i = 0; i <= j; i++) {
                Elementwise.rowDots(tangents.get(i), image, products);
                double sum = 0;
                for (int row = 0; row < weights.length; row++) {
                    sum += weights[row] * products[row];
                }
                scalars[SumsLayout.FISHER + i * k + j] += sum;
                if (i != j) {
                    scalars[SumsLayout.FISHER + j * k + i] += sum;
                }
            }
        }
    }
}
