package io.kfac.model;

import io.kfac.linalg.Elementwise;
import io.kfac.linalg.Matrix;
import java.util.Locale;

/** The elementwise function f of a hidden layer. */
public enum Activation {
    IDENTITY,
    TANH,
    RELU,
    LOGISTIC,
    GELU;

    /** z = f(z). */
    void apply(Matrix z) {
        switch (this) {
            case IDENTITY -> {}
            case TANH -> Elementwise.tanh(z);
            case RELU -> Elementwise.relu(z);
            case LOGISTIC -> Elementwise.logistic(z);
            case GELU -> Elementwise.gelu(z);
        }
    }

    /** slope = f'(z), then z = f(z). */
    void apply(Matrix z, Matrix slope) {
        switch (this) {
            case IDENTITY -> slope.fill(1);
            case TANH -> Elementwise.tanh(z, slope);
            case RELU -> Elementwise.relu(z, slope);
            case LOGISTIC -> Elementwise.logistic(z, slope);
            case GELU -> Elementwise.gelu(z, slope);
        }
    }

    /** Variance of the initial weights times the layer's inputs: He et al. 2015 for half-linear ones, Glorot and Bengio 2010 otherwise. */
    double initialGain() {
        return switch (this) {
            case RELU, GELU -> 2;
            case IDENTITY, TANH -> 1;
            // The logistic is tanh of half the argument, halved: it takes four times the weight for the same slope.
            case LOGISTIC -> 16;
        };
    }

    /** The name in configuration and model files. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The member of that {@link #key}. */
    public static Activation of(String key) {
        for (Activation activation : values()) {
            if (activation.key().equals(key)) {
                return activation;
            }
        }
        throw new IllegalArgumentException(
                "Cannot use activation '%s': known are identity, tanh, relu, logistic, gelu".formatted(key));
    }
}
