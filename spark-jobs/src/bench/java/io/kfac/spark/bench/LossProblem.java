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

/** Training on Fashion-MNIST's images until the mean loss over all of them, penalty not counted, is at a target. */
enum LossProblem {
    /** Ten classes. */
    FASHION,
    /** The images from thirty numbers. */
    AUTOENCODER;

    Network network() {
        return switch (this) {
            case FASHION ->
                Network.mlp(
                        FashionMnist.PIXELS,
                        List.of(256, 128),
                        FashionMnist.CLASSES,
                        Activation.RELU,
                        new Categorical(),
                        Precision.FLOAT);
            case AUTOENCODER ->
                Network.mlp(
                        FashionMnist.PIXELS,
                        List.of(500, 250, 30, 250, 500),
                        FashionMnist.PIXELS,
                        Activation.TANH,
                        new Bernoulli(),
                        Precision.FLOAT);
        };
    }

    Target target() {
        return switch (this) {
            case FASHION -> Target.label("label");
            case AUTOENCODER -> new Target.Inputs(Optional.of("label"));
        };
    }

    /** Nats a row. Of images, what the best of nine Adams has after five epochs (autoencoder-steps). */
    double loss() {
        return switch (this) {
            case FASHION -> 0.1;
            case AUTOENCODER -> 220;
        };
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
