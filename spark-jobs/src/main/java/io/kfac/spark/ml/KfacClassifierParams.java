package io.kfac.spark.ml;

import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.shared.HasThreshold;
import org.apache.spark.ml.param.shared.HasThresholds;

/** Parameters of the classifier and its model: {@link KfacParams}, and those of MLlib's logistic regression. */
public interface KfacClassifierParams extends KfacParams, HasThreshold, HasThresholds {
    /** Values of {@link #family}. */
    List<String> FAMILIES = List.of("auto", "binomial", "multinomial");

    /** What Scala's constructors of the traits would do. */
    static void initialise(KfacClassifierParams params) {
        KfacParams.initialise(params);
        HasThreshold.$init$(params);
        params.slots().family = new Param<>(
                params,
                "family",
                ("The name of family which is a description of the label distribution to be used in the model."
                                + " Supported options: %s.")
                        .formatted(String.join(", ", FAMILIES)),
                ParamSlots.valid(name -> FAMILIES.contains(name.toLowerCase(Locale.ROOT))));
        params.setDefault(params.family(), "auto");
        params.setDefault(params.threshold(), 0.5);
    }

    @Override
    default DoubleParam threshold() {
        return slots().threshold;
    }

    @Override
    @SuppressWarnings("MemberName")
    default void org$apache$spark$ml$param$shared$HasThreshold$_setter_$threshold_$eq(DoubleParam param) {
        slots().threshold = param;
    }

    default Param<String> family() {
        return slots().family;
    }

    /** @see #family */
    default String getFamily() {
        return $(family());
    }

    /** The threshold of two classes, also where it was given as two thresholds. @throws IllegalArgumentException if there are more */
    @Override
    default double getThreshold() {
        checkThresholdConsistency();
        if (!isSet(thresholds())) {
            return (double) $(threshold());
        }
        double[] two = $(thresholds());
        if (two.length != 2) {
            throw new IllegalArgumentException(
                    "Cannot get threshold: it is for 2 classes, and thresholds has %d. Remedy: getThresholds"
                            .formatted(two.length));
        }
        return equivalent(two);
    }

    /** Thresholds of all classes, also where they were given as the threshold of two. */
    static double[] thresholds(KfacClassifierParams params) {
        params.checkThresholdConsistency();
        if (!params.isSet(params.thresholds()) && params.isSet(params.threshold())) {
            double threshold = (double) params.$(params.threshold());
            return new double[] {1 - threshold, threshold};
        }
        return params.$(params.thresholds());
    }

    /** @throws IllegalArgumentException if threshold and thresholds are both set, and are not equivalent */
    default void checkThresholdConsistency() {
        if (!isSet(threshold()) || !isSet(thresholds())) {
            return;
        }
        double[] given = $(thresholds());
        double one = (double) $(threshold());
        double tolerance = 1e-5;
        if (given.length != 2 || !(Math.abs(one - equivalent(given)) < tolerance)) {
            throw new IllegalArgumentException(
                    "Cannot use threshold = %s and thresholds = %s: they are not equivalent. Remedy: clear one of them"
                            .formatted(one, java.util.Arrays.toString(given)));
        }
    }

    private static double equivalent(double[] two) {
        return 1 / (1 + two[0] / two[1]);
    }
}
