package io.kfac.spark.ml;

import io.kfac.spark.engine.Preset;
import io.kfac.spark.engine.TrainingMode;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.shared.HasAggregationDepth;
import org.apache.spark.ml.param.shared.HasElasticNetParam;
import org.apache.spark.ml.param.shared.HasFitIntercept;
import org.apache.spark.ml.param.shared.HasMaxIter;
import org.apache.spark.ml.param.shared.HasRegParam;
import org.apache.spark.ml.param.shared.HasSeed;
import org.apache.spark.ml.param.shared.HasStandardization;
import org.apache.spark.ml.param.shared.HasTol;
import org.apache.spark.ml.param.shared.HasWeightCol;
import scala.Option;

/**
 * Parameters that all of our estimators and models share: Spark's own by the names that its tuning and meta-algorithms look for, and
 * ours. {@code aggregationDepth} is accepted and not used: partial sums are added up in the order of partitions.
 */
public interface KfacParams
        extends HasMaxIter,
                HasTol,
                HasRegParam,
                HasElasticNetParam,
                HasStandardization,
                HasFitIntercept,
                HasWeightCol,
                HasSeed,
                HasAggregationDepth {

    /** Where the definitions are kept. */
    ParamSlots slots();

    /** What Scala's constructors of the traits would do. */
    static void initialise(KfacParams params) {
        HasMaxIter.$init$(params);
        HasTol.$init$(params);
        HasRegParam.$init$(params);
        HasElasticNetParam.$init$(params);
        HasStandardization.$init$(params);
        HasFitIntercept.$init$(params);
        HasWeightCol.$init$(params);
        HasSeed.$init$(params);
        HasAggregationDepth.$init$(params);
        params.setDefault(params.maxIter(), 100);
        params.setDefault(params.tol(), Preset.TOLERANCE);
        params.setDefault(params.regParam(), 0.0);
        params.setDefault(params.elasticNetParam(), 0.0);
        params.setDefault(params.fitIntercept(), true);
        params.setDefault(params.standardization(), true);
        params.setDefault(params.aggregationDepth(), 2);
        params.setDefault(params.hiddenLayers(), new int[0]);
        params.setDefault(params.activation(), "relu");
        params.setDefault(params.optimizer(), Optimizers.AUTO);
        params.setDefault(params.mode(), TrainingMode.SYNCHRONOUS.key());
        params.setDefault(params.numPartitions(), 0);
        params.setDefault(params.robust(), false);
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
    default DoubleParam regParam() {
        return slots().regParam;
    }

    @Override
    @SuppressWarnings("MemberName")
    default void org$apache$spark$ml$param$shared$HasRegParam$_setter_$regParam_$eq(DoubleParam param) {
        slots().regParam = param;
    }

    @Override
    default DoubleParam elasticNetParam() {
        return slots().elasticNetParam;
    }

    @Override
    @SuppressWarnings("MemberName")
    default void org$apache$spark$ml$param$shared$HasElasticNetParam$_setter_$elasticNetParam_$eq(DoubleParam param) {
        slots().elasticNetParam = param;
    }

    @Override
    default BooleanParam standardization() {
        return slots().standardization;
    }

    @Override
    @SuppressWarnings("MemberName")
    default void org$apache$spark$ml$param$shared$HasStandardization$_setter_$standardization_$eq(BooleanParam param) {
        slots().standardization = param;
    }

    @Override
    default BooleanParam fitIntercept() {
        return slots().fitIntercept;
    }

    @Override
    @SuppressWarnings("MemberName")
    default void org$apache$spark$ml$param$shared$HasFitIntercept$_setter_$fitIntercept_$eq(BooleanParam param) {
        slots().fitIntercept = param;
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
    default LongParam seed() {
        return slots().seed;
    }

    @Override
    @SuppressWarnings("MemberName")
    default void org$apache$spark$ml$param$shared$HasSeed$_setter_$seed_$eq(LongParam param) {
        slots().seed = param;
    }

    @Override
    default IntParam aggregationDepth() {
        return slots().aggregationDepth;
    }

    @Override
    @SuppressWarnings("MemberName")
    default void org$apache$spark$ml$param$shared$HasAggregationDepth$_setter_$aggregationDepth_$eq(IntParam param) {
        slots().aggregationDepth = param;
    }

    /** @see #hiddenLayers */
    default int[] getHiddenLayers() {
        return $(hiddenLayers());
    }

    default IntArrayParam hiddenLayers() {
        return slots().hiddenLayers;
    }

    /** @see #activation */
    default String getActivation() {
        return $(activation());
    }

    default Param<String> activation() {
        return slots().activation;
    }

    /** @see #optimizer */
    default String getOptimizer() {
        return $(optimizer());
    }

    default Param<String> optimizer() {
        return slots().optimizer;
    }

    /** @see #mode */
    default String getMode() {
        return $(mode());
    }

    default Param<String> mode() {
        return slots().mode;
    }

    /** @see #damping */
    default double getDamping() {
        return (double) $(damping());
    }

    default DoubleParam damping() {
        return slots().damping;
    }

    /** @see #numPartitions */
    default int getNumPartitions() {
        return (int) $(numPartitions());
    }

    default IntParam numPartitions() {
        return slots().numPartitions;
    }

    /** @see #robust */
    default boolean getRobust() {
        return (boolean) $(robust());
    }

    default BooleanParam robust() {
        return slots().robust;
    }

    /** {@code name: doc (default: ..., current: ...)}, arrays by their elements. */
    static String explain(Params params, Param<?> param) {
        StringBuilder text = new StringBuilder(param.name()).append(": ").append(param.doc());
        String values = Stream.of(named("default", params.getDefault(param)), named("current", params.get(param)))
                .filter(value -> !value.isEmpty())
                .collect(Collectors.joining(", "));
        return text.append(values.isEmpty() ? " (undefined)" : " (" + values + ")")
                .toString();
    }

    private static String named(String kind, Option<?> value) {
        return value.isEmpty() ? "" : kind + ": " + text(value.get());
    }

    private static String text(Object value) {
        if (value instanceof int[] numbers) {
            return Arrays.toString(numbers);
        }
        if (value instanceof Object[] names) {
            return Arrays.toString(names);
        }
        return value instanceof double[] numbers ? Arrays.toString(numbers) : String.valueOf(value);
    }
}
