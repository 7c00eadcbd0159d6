package io.kfac.spark.ml;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashSet;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.param.shared.HasLabelCol;
import org.apache.spark.ml.param.shared.HasMaxIter;
import org.apache.spark.ml.param.shared.HasPredictionCol;
import org.apache.spark.ml.param.shared.HasProbabilityCol;
import org.apache.spark.ml.param.shared.HasTol;
import org.apache.spark.ml.param.shared.HasWeightCol;
import org.apache.spark.ml.util.SchemaUtils;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Parameters of {@link SimplexBlend} and its model. */
public interface SimplexBlendParams
        extends HasLabelCol, HasWeightCol, HasMaxIter, HasTol, HasPredictionCol, HasProbabilityCol {

    /** Where the definitions are kept. */
    Slots slots();

    /** Definitions, which Spark's traits and ours fill in. */
    final class Slots implements Serializable {
        private static final long serialVersionUID = 1L;

        private Param<String> labelCol;
        private Param<String> weightCol;
        private IntParam maxIter;
        private DoubleParam tol;
        private Param<String> predictionCol;
        private Param<String> probabilityCol;
        private final StringArrayParam probabilityCols;

        Slots(Params owner) {
            probabilityCols = new StringArrayParam(
                    owner,
                    "probabilityCols",
                    "Columns with the class probabilities of the models to blend, one a model.",
                    ParamSlots.valid(
                            names -> names.length > 0 && new HashSet<>(Arrays.asList(names)).size() == names.length));
        }
    }

    /** What Scala's constructors of the traits would do. */
    static void initialise(SimplexBlendParams params) {
        HasLabelCol.$init$(params);
        HasWeightCol.$init$(params);
        HasMaxIter.$init$(params);
        HasTol.$init$(params);
        HasPredictionCol.$init$(params);
        HasProbabilityCol.$init$(params);
        params.setDefault(params.maxIter(), 100);
        params.setDefault(params.tol(), 1e-9);
    }

    default StringArrayParam probabilityCols() {
        return slots().probabilityCols;
    }

    /** @see #probabilityCols */
    default String[] getProbabilityCols() {
        return $(probabilityCols());
    }

    @Override
    default Param<String> labelCol() {
        return slots().labelCol;
    }

    @Override
    @SuppressWarnings("MemberName")
    default void org$apache$spark$ml$param$shared$HasLabelCol$_setter_$labelCol_$eq(Param<String> param) {
        slots().labelCol = param;
    }

    @Override
    default Param<String> weightCol() {
        return slots().weightCol;
    }

    @Override
    @SuppressWarnings("MemberName")
    default void org$apache$spark$ml$param$shared$HasWeightCol$_setter_$weightCol_$eq(Param<String> param) {
        slots().weightCol = param;
    }

    @Override
    default IntParam maxIter() {
        return slots().maxIter;
    }

    @Override
    @SuppressWarnings("MemberName")
    default void org$apache$spark$ml$param$shared$HasMaxIter$_setter_$maxIter_$eq(IntParam param) {
        slots().maxIter = param;
    }

    @Override
    default DoubleParam tol() {
        return slots().tol;
    }

    @Override
    @SuppressWarnings("MemberName")
    default void org$apache$spark$ml$param$shared$HasTol$_setter_$tol_$eq(DoubleParam param) {
        slots().tol = param;
    }

    @Override
    default Param<String> predictionCol() {
        return slots().predictionCol;
    }

    @Override
    @SuppressWarnings("MemberName")
    default void org$apache$spark$ml$param$shared$HasPredictionCol$_setter_$predictionCol_$eq(Param<String> param) {
        slots().predictionCol = param;
    }

    @Override
    default Param<String> probabilityCol() {
        return slots().probabilityCol;
    }

    @Override
    @SuppressWarnings("MemberName")
    default void org$apache$spark$ml$param$shared$HasProbabilityCol$_setter_$probabilityCol_$eq(Param<String> param) {
        slots().probabilityCol = param;
    }

    /** Checks the columns of probabilities and adds those of the blend. */
    static StructType extend(SimplexBlendParams params, StructType schema) {
        for (String column : params.getProbabilityCols()) {
            SchemaUtils.checkColumnType(schema, column, SQLDataTypes.VectorType(), "");
        }
        StructType output = schema;
        if (!params.getProbabilityCol().isEmpty()) {
            output = SchemaUtils.appendColumn(output, params.getProbabilityCol(), SQLDataTypes.VectorType(), false);
        }
        if (!params.getPredictionCol().isEmpty()) {
            output = SchemaUtils.appendColumn(output, params.getPredictionCol(), DataTypes.DoubleType, false);
        }
        return output;
    }
}
