package io.kfac.spark.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.SchemaUtils;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Parameters of the regressor and its model: {@link KfacParams}, and those of MLlib's GeneralizedLinearRegression. */
public interface KfacRegressorParams extends KfacParams {

    /** What Scala's constructors of the traits would do. */
    static void initialise(KfacRegressorParams params) {
        KfacParams.initialise(params);
        ParamSlots slots = params.slots();
        slots.family = new Param<>(
                params,
                "family",
                "The name of family which is a description of the error distribution to be used in the model. Supported options: %s."
                        .formatted(String.join(", ", Head.FAMILIES)),
                ParamValidators.inArray(Head.FAMILIES));
        slots.link = new Param<>(
                params,
                "link",
                ("The name of link function which provides the relationship between the linear predictor and the mean of the"
                                + " distribution function. Unset: the family's own. Supported options: %s.")
                        .formatted(String.join(", ", Head.LINK_NAMES)),
                ParamValidators.inArray(Head.LINK_NAMES));
        slots.linkPredictionCol =
                new Param<>(params, "linkPredictionCol", "Link prediction (linear predictor) column name.");
        slots.offsetCol = new Param<>(
                params, "offsetCol", "The offset column name. If this is not set or empty, all offsets are 0.0.");
        slots.r = new DoubleParam(
                params,
                "r",
                "Of family negative-binomial: the variance is mu + mu^2 / r (> 0).",
                ParamValidators.gt(0));
        params.setDefault(params.family(), "gaussian");
        params.setDefault(params.r(), 1.0);
    }

    default Param<String> family() {
        return slots().family;
    }

    /** @see #family */
    default String getFamily() {
        return $(family());
    }

    default Param<String> link() {
        return slots().link;
    }

    /** @see #link */
    default String getLink() {
        return $(link());
    }

    default Param<String> linkPredictionCol() {
        return slots().linkPredictionCol;
    }

    /** @see #linkPredictionCol */
    default String getLinkPredictionCol() {
        return $(linkPredictionCol());
    }

    default Param<String> offsetCol() {
        return slots().offsetCol;
    }

    /** @see #offsetCol */
    default String getOffsetCol() {
        return $(offsetCol());
    }

    default DoubleParam r() {
        return slots().r;
    }

    /** @see #r */
    default double getR() {
        return (double) $(r());
    }

    /** A column's name, or nothing: unset and empty are one. */
    static java.util.Optional<String> column(KfacRegressorParams params, Param<String> param) {
        return params.isDefined(param)
                ? java.util.Optional.of(params.$(param)).filter(name -> !name.isEmpty())
                : java.util.Optional.empty();
    }

    /** Checks the offset column and adds that of link predictions. */
    static StructType extend(KfacRegressorParams params, StructType schema) {
        column(params, params.offsetCol()).ifPresent(name -> SchemaUtils.checkNumericType(schema, name, ""));
        return column(params, params.linkPredictionCol())
                .map(name -> SchemaUtils.appendColumn(schema, name, DataTypes.DoubleType, false))
                .orElse(schema);
    }
}
