package io.kfac.spark.jobs;

import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.family.Gaussian;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.spark.data.BadInput;
import java.util.List;
import java.util.Optional;

/** What to train. @param output empty: what suits the target @param givenPrecision empty: what suits the depth */
record ModelConfig(
        Kind kind,
        List<Integer> hidden,
        Activation activation,
        Optional<Output> output,
        Optional<Precision> givenPrecision) {

    /** What the targets are. */
    enum Kind {
        CLASSIFIER,
        AUTOENCODER
    }

    /** The family of the outputs. */
    enum Output {
        CATEGORICAL,
        BERNOULLI,
        GAUSSIAN;

        ExponentialFamily family() {
            return switch (this) {
                case CATEGORICAL -> new Categorical();
                case BERNOULLI -> new Bernoulli();
                case GAUSSIAN -> new Gaussian();
            };
        }
    }

    static ModelConfig of(Settings settings) {
        ModelConfig config = new ModelConfig(
                settings.oneOf("model.kind", Kind.values()),
                settings.widths("model.hidden"),
                settings.oneOf("model.activation", Activation.values()),
                settings.autoOneOf("model.output", Output.values()),
                settings.autoOneOf("model.precision", Precision.values()));
        Output never = config.isAutoencoder() ? Output.CATEGORICAL : Output.GAUSSIAN;
        if (config.output.filter(never::equals).isPresent()) {
            throw settings.problem(
                    "model.output",
                    config.isAutoencoder()
                            ? "bernoulli, gaussian or auto where model.kind = autoencoder"
                            : "categorical, bernoulli (two classes) or auto where model.kind = classifier");
        }
        return config;
    }

    boolean isAutoencoder() {
        return kind == Kind.AUTOENCODER;
    }

    /** Without hidden layers: a generalised linear model. */
    boolean isLinear() {
        return hidden.isEmpty();
    }

    Precision precision() {
        return givenPrecision.orElse(isLinear() ? Precision.DOUBLE : Precision.FLOAT);
    }

    /** Whether targets are intensities in [0, 1], which standardisation would spoil. */
    boolean wantsUnitInputs() {
        return isAutoencoder() && output.filter(Output.BERNOULLI::equals).isPresent();
    }

    /** @param classes 0 for autoencoders */
    Network network(int features, int classes) {
        if (isAutoencoder()) {
            ExponentialFamily family = output.orElse(Output.GAUSSIAN).family();
            return Network.mlp(features, hidden, features, activation, family, precision());
        }
        boolean bernoulli = output.map(Output.BERNOULLI::equals).orElse(classes == 2);
        if (bernoulli && classes != 2) {
            throw new BadInput(
                    "Cannot use model.output = bernoulli: it tells two classes apart, and there are %d. Remedy: auto"
                            .formatted(classes));
        }
        return bernoulli
                ? Network.mlp(features, hidden, 1, activation, new Bernoulli(), precision())
                : Network.mlp(features, hidden, classes, activation, new Categorical(), precision());
    }
}
