package io.kfac.spark.engine;

import io.kfac.batch.MiniBatch;
import io.kfac.linalg.Features;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import io.kfac.spark.data.Portable;
import java.io.Serializable;

/** A model as tasks apply it: parameters in the network's precision, and buffers of their own. */
public final class Forward implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Network network;
    private final Parameters parameters;
    private transient Workspace workspace;

    private Forward(Network network, Parameters parameters) {
        this.network = network;
        this.parameters = parameters;
    }

    static Forward of(TrainedModel model) {
        return of(model.network(), model.parameters());
    }

    public static Forward of(Network network, Parameters parameters) {
        return new Forward(network, parameters.to(network, network.precision()));
    }

    /** For a broadcast, which goes through the user's serializer: that may know no records, and networks hold some. */
    public byte[] toBytes() {
        return Portable.toBytes(
                this, (long) parameters.size() * network.precision().bytes());
    }

    /** One for each task, since it has buffers. */
    public static Forward fromBytes(byte[] bytes) {
        BlasWarning.sayOnce();
        return Portable.fromBytes(bytes, Forward.class);
    }

    /** Outputs of the rows, n x k, until the next call. */
    public Matrix outputs(MiniBatch rows) {
        Features features = rows.features();
        if (workspace == null || workspace.capacity() < features.rows()) {
            workspace = new Workspace(network, Math.max(1, features.rows()));
        }
        network.forward(parameters, features, rows.offsets(), false, workspace);
        return workspace.theta();
    }

    /** Means of the rows' targets: for classes their probabilities. n x k, until the next call. */
    public Matrix mean(MiniBatch rows) {
        outputs(rows);
        return mean();
    }

    /** Means of the targets of the rows of the last call, until the next. */
    public Matrix mean() {
        network.family().mean(workspace.theta(), workspace.mean());
        return workspace.mean();
    }

    /** Negative log-likelihoods of the rows themselves as targets, in nats. */
    double[] reconstructionLosses(MiniBatch rows) {
        Matrix outputs = outputs(rows);
        Matrix targets = workspace.targets();
        rows.features().copyTo(targets);
        double[] losses = new double[rows.rows()];
        network.family().losses(outputs, targets, losses);
        return losses;
    }

    /** Activations of the narrowest hidden layer for the rows of the last call, n x (width + 1). */
    Matrix codes() {
        return workspace.activation(narrowest(network));
    }

    /** The layer that takes in the codes: its inputs are the narrowest. Needs a hidden layer. */
    static int narrowest(Network network) {
        int narrowest = 1;
        for (int l = 1; l < network.depth(); l++) {
            if (network.layer(l).inputs() < network.layer(narrowest).inputs()) {
                narrowest = l;
            }
        }
        return narrowest;
    }

    /** The most probable class of a row of means; of equal ones the first. */
    static int predicted(Matrix mean, int row) {
        if (mean.cols() == 1) {
            return mean.get(row, 0) > 0.5 ? 1 : 0;
        }
        int best = 0;
        for (int j = 1; j < mean.cols(); j++) {
            if (mean.get(row, j) > mean.get(row, best)) {
                best = j;
            }
        }
        return best;
    }
}
