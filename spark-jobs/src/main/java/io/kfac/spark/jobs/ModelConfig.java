package io.kfac.spark.jobs;

import io.kfac.family.Bernoulli;
import io.kfac.family.Binomial;
import io.kfac.family.Categorical;
import io.kfac.family.Distribution;
import io.kfac.family.ExponentialFamily;
import io.kfac.family.Gamma;
import io.kfac.family.Gaussian;
import io.kfac.family.NegativeBinomial;
import io.kfac.family.Normal;
import io.kfac.family.Poisson;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.spark.data.BadInput;
import java.util.List;
import java.util.Optional;

/**
 * What to train.
 * @param output         empty: what suits the target
 * @param link           empty: what suits the output
 * @param r              of negative binomial outputs: their variance is mu + mu^2 / r
 * @param givenPrecision empty: what suits the depth
 */
record ModelConfig(
        Kind kind,
        List<Integer> hidden,
        Activation activation,
        Optional<Output> output,
        Optional<Link> link,
        double r,
        Optional<Precision> givenPrecision) {

    /** What the targets are. */
    enum Kind {
        CLASSIFIER,
        AUTOENCODER,
        REGRESSOR
    }

    /** What the outputs are distributed as, and for which kinds of targets. */
    enum Output {
        CATEGORICAL,
        BERNOULLI,
        GAUSSIAN,
        POISSON,
        GAMMA,
        BINOMIAL,
        NEGATIVE_BINOMIAL;

        boolean suits(Kind kind) {
            return switch (this) {
                case CATEGORICAL -> kind == Kind.CLASSIFIER;
                case BERNOULLI -> kind != Kind.REGRESSOR;
                case GAUSSIAN -> kind != Kind.CLASSIFIER;
                case POISSON, GAMMA, BINOMIAL, NEGATIVE_BINOMIAL -> kind == Kind.REGRESSOR;
            };
        }
    }

    /** Between outputs and means. */
    enum Link {
        CANONICAL,
        LOG
    }

    static ModelConfig of(Settings settings) {
        ModelConfig config = new ModelConfig(
                settings.oneOf("model.kind", Kind.values()),
                settings.widths("model.hidden"),
                settings.oneOf("model.activation", Activation.values()),
                settings.autoOneOf("model.output", Output.values()),
                settings.autoOneOf("model.link", Link.values()),
                settings.positive("model.r"),
                settings.autoOneOf("model.precision", Precision.values()));
        if (config.output.filter(output -> !output.suits(config.kind)).isPresent()) {
            throw settings.problem(
                    "model.output",
                    switch (config.kind) {
                        case CLASSIFIER -> "categorical, bernoulli (two classes) or auto where model.kind = classifier";
                        case AUTOENCODER -> "bernoulli, gaussian or auto where model.kind = autoencoder";
                        case REGRESSOR ->
                            "gaussian, poisson, gamma, binomial, negative-binomial or auto where model.kind = regressor";
                    });
        }
        if (config.kind != Kind.REGRESSOR
                && config.link.filter(Link.LOG::equals).isPresent()) {
            throw settings.problem("model.link", "canonical or auto but where model.kind = regressor");
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

    /** Of a regressor's targets. */
    Distribution distribution() {
        return switch (output.orElse(Output.GAUSSIAN)) {
            case POISSON -> new Poisson();
            case GAMMA -> new Gamma();
            case BINOMIAL -> new Binomial();
            case NEGATIVE_BINOMIAL -> new NegativeBinomial(r);
            case CATEGORICAL, BERNOULLI, GAUSSIAN -> new Normal();
        };
    }

    /** The log link where the canonical one would restrict the outputs to a half-line. */
    private ExponentialFamily family() {
        Distribution distribution = distribution();
        boolean log = link.map(Link.LOG::equals)
                .orElse(distribution instanceof Gamma || distribution instanceof NegativeBinomial);
        return log ? distribution.logLink() : distribution.canonicalLink();
    }

    /** @param classes 0 where the target is none */
    Network network(int features, int classes) {
        return switch (kind) {
            case REGRESSOR -> Network.mlp(features, hidden, 1, activation, family(), precision());
            case AUTOENCODER -> {
                ExponentialFamily family = wantsUnitInputs() ? new Bernoulli() : new Gaussian();
                yield Network.mlp(features, hidden, features, activation, family, precision());
            }
            case CLASSIFIER -> classifier(features, classes);
        };
    }

    private Network classifier(int features, int classes) {
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
