package io.kfac.spark.ml;

import io.kfac.model.Activation;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import scala.Function1;

/** Where an estimator or a model keeps its parameters' definitions: Spark's own, which its traits fill in, and ours. */
final class ParamSlots implements Serializable {
    private static final long serialVersionUID = 1L;

    IntParam maxIter;
    DoubleParam tol;
    DoubleParam regParam;
    DoubleParam elasticNetParam;
    BooleanParam standardization;
    BooleanParam fitIntercept;
    Param<String> weightCol;
    LongParam seed;
    IntParam aggregationDepth;
    DoubleParam threshold;
    Param<String> family;
    Param<String> link;
    Param<String> linkPredictionCol;
    Param<String> offsetCol;
    DoubleParam r;

    final IntArrayParam hiddenLayers;
    final Param<String> activation;
    final Param<String> optimizer;
    final Param<String> mode;
    final DoubleParam damping;
    final IntParam numPartitions;
    final BooleanParam robust;

    ParamSlots(Params owner) {
        hiddenLayers = new IntArrayParam(
                owner,
                "hiddenLayers",
                "Widths of the hidden layers, from the features on; none for a linear model.",
                valid(widths -> Arrays.stream(widths).allMatch(width -> width > 0)));
        List<String> activations =
                Arrays.stream(Activation.values()).map(Activation::key).toList();
        activation = new Param<>(
                owner,
                "activation",
                "Function of the hidden layers. Supported options: %s.".formatted(String.join(", ", activations)),
                ParamValidators.inArray(activations));
        optimizer = new Param<>(
                owner,
                "optimizer",
                ("How to minimise. auto: K-FAC for hidden layers; for linear models, to the exact optimum, by the fastest that fits of"
                                + " newton (the whole Hessian) and l-bfgs (OWL-QN where elasticNetParam > 0). newton-cg: Newton by conjugate"
                                + " gradients. Supported options: %s.")
                        .formatted(String.join(", ", Optimizers.NAMES)),
                ParamValidators.inArray(Optimizers.NAMES));
        mode = new Param<>(
                owner,
                "mode",
                ("Who steps together. synchronous: all rows. local: each partition by itself for some steps, which are then averaged;"
                                + " for optimizers whose steps have a rate, or can have one: kfac and others of its kind take clipped steps then. Supported options: %s.")
                        .formatted(String.join(", ", Optimizers.MODES)),
                ParamValidators.inArray(Optimizers.MODES));
        damping = new DoubleParam(
                owner,
                "damping",
                "Damping of the metric (> 0), the initial one where the optimizer adapts it. Unset: the optimizer's own; kfac searches for it.",
                ParamValidators.gt(0));
        numPartitions = new IntParam(
                owner,
                "numPartitions",
                "Partitions of the cached training rows (>= 0). 0: one a core, fewer for small tables.",
                ParamValidators.gtEq(0));
        robust = new BooleanParam(
                owner,
                "robust",
                "Whether standard errors hold too where the family's variance does not (Huber's and White's sandwich): one more pass.");
    }

    /** A validator that Spark can ship. */
    static <T> Function1<T, Object> valid(Validator<T> validator) {
        return validator;
    }

    /** What {@link #valid} takes: a lambda that is serializable. */
    @FunctionalInterface
    interface Validator<T> extends Function1<T, Object>, Serializable {
        boolean test(T value);

        @Override
        default Object apply(T value) {
            return test(value);
        }
    }
}
