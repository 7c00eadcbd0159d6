package io.kfac.spark.bench;

import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.spark.data.Target;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A network to train on Fashion-MNIST's images until its mean loss over all of them, penalty not counted, is at a target.
 */
enum LossProblem {
    /** Ten classes; a tenth of a nat is what takes Adam some ten epochs. */
    FASHION(
            Network.mlp(
                    FashionMnist.PIXELS,
                    List.of(256, 128),
                    FashionMnist.CLASSES,
                    Activation.RELU,
                    new Categorical(),
                    Precision.FLOAT),
            Target.label("label"),
            0.1),

    /** The images from thirty numbers. The target is what the best of nine Adams reaches in five epochs (autoencoder-steps). */
    AUTOENCODER(
            Network.mlp(
                    FashionMnist.PIXELS,
                    List.of(500, 250, 30, 250, 500),
                    FashionMnist.PIXELS,
                    Activation.TANH,
                    new Bernoulli(),
                    Precision.FLOAT),
            new Target.Inputs(Optional.of("label")),
            220);

    private final Network network;
    private final Target target;
    private final double loss;

    LossProblem(Network network, Target target, double loss) {
        this.network = network;
        this.target = target;
        this.loss = loss;
    }

    Network network() {
        return network;
    }

    Target target() {
        return target;
    }

    /** To be reached, nats a row. */
    double loss() {
        return loss;
    }

    /** The loss by plain loops, for parameters that act on raw pixels. */
    double judge(FashionMnist images, Judge.Dense... layers) {
        return switch (this) {
            case FASHION -> Judge.logLoss(images, 0, z -> Math.max(0, z), layers);
            case AUTOENCODER -> Judge.crossEntropy(images, Math::tanh, layers);
        };
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
