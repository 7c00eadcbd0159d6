package io.kfac.spark.engine;

import io.kfac.family.IndependentOutputs;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.TargetSummary;
import io.kfac.spark.data.TrainingData;

/**
 * Where training starts: random weights in hidden layers, zeros without; where the targets are values, the constant that fits them
 * best, which is also inside the domain of a link that has one.
 */
final class StartingPoint {
    private StartingPoint() {}

    /** @throws BadInput if the link's domain excludes every start that there is */
    static Parameters of(Network network, TrainingData train, long seed) {
        if (train.target().isEmpty() || !(network.family() instanceof IndependentOutputs outputs)) {
            return network.initialParameters(seed);
        }
        TargetSummary target = train.target().get();
        boolean intercept = network.layer(network.depth() - 1).bias();
        double constant = intercept ? constant(network, target) : 0;
        if (!outputs.admits(constant + target.largestOffset())) {
            throw new BadInput(
                    ("Cannot start %s outputs at %s in every row: their link allows negative ones only, and there is no intercept to"
                                    + " make them so. Remedy: the log link (--set model.link=log), or fit an intercept")
                            .formatted(outputs.name(), constant + target.largestOffset()));
        }
        return network.initialParameters(seed, constant);
    }

    /** As far below the best constant as the largest offset wants, where only negative outputs are allowed; 0 for classes. */
    static double constant(Network network, TargetSummary target) {
        if (!(network.family() instanceof IndependentOutputs outputs)) {
            return 0;
        }
        double best = outputs.start(target.mean());
        double constant = best - target.offsetMean();
        return outputs.admits(constant + target.largestOffset()) ? constant : best - target.largestOffset();
    }
}
