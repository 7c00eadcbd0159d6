package io.kfac.spark.ml;

import io.kfac.family.Distribution;
import io.kfac.model.Network;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.Regressor;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Generalised linear models, and the same with hidden layers: gaussian, binomial (shares in [0, 1], weights are trials), poisson, gamma
 * and negative binomial, with the links and the parameter names of MLlib's GeneralizedLinearRegression. A link that is not set is the
 * family's canonical one, and log for the negative binomial.
 *
 * <p>The objective is the weighted mean of half the unit deviance + regParam ((1 - elasticNetParam) / 2 sum s_j b_j^2 + elasticNetParam
 * sum t_j |b_j|), s = sigma^2 and t = sigma, or 1 without {@code standardization}; the intercept is not penalised.
 */
public final class KfacRegressor extends Regressor<Vector, KfacRegressor, KfacRegressionModel>
        implements KfacRegressorParams, DefaultParamsWritable {
    private static final long serialVersionUID = 1L;

    // Without initialisers: both are used while Spark's constructors run.
    private String uid;
    private ParamSlots slots;

    public KfacRegressor() {
        this(Uids.Parked.YES);
    }

    public KfacRegressor(String uid) {
        this(Uids.park(uid));
    }

    private KfacRegressor(Uids.Parked unused) {
        super();
        KfacRegressorParams.initialise(this);
    }

    @Override
    public String uid() {
        if (uid == null) {
            uid = Uids.take("kfacRegressor");
        }
        return uid;
    }

    @Override
    public ParamSlots slots() {
        if (slots == null) {
            slots = new ParamSlots(this);
        }
        return slots;
    }

    @Override
    public KfacRegressionModel train(Dataset<?> dataset) {
        return train(dataset, new double[] {getRegParam()}).get(0);
    }

    /**
     * One fit a penalty, in their order, each to the same tolerance as {@code setRegParam(regParam).fit(dataset)}: from rows that are
     * loaded once, from the strongest penalty on, each from where the last one ended; fits by Newton's method share jobs.
     */
    public List<KfacRegressionModel> fitPath(Dataset<?> dataset, double... regParams) {
        transformSchema(dataset.schema(), true);
        List<ParamMap> own = Arrays.stream(regParams)
                .mapToObj(regParam -> new ParamMap().put(regParam().w(regParam)))
                .toList();
        List<KfacRegressionModel> models = train(dataset, regParams.clone());
        for (int i = 0; i < regParams.length; i++) {
            copyValues(models.get(i), own.get(i)).setParent(copy(own.get(i)));
        }
        return models;
    }

    private List<KfacRegressionModel> train(Dataset<?> dataset, double[] regParams) {
        Head head = Head.of(getFamily(), isDefined(link()) ? getLink() : "", getR());
        Optional<String> offset = KfacRegressorParams.column(this, offsetCol());
        if (head.negated() && offset.isPresent()) {
            throw new BadInput("Cannot use offsetCol with link inverse. Remedy: setLink(\"log\")");
        }
        Distribution distribution = head.outputs().distribution();
        Target target = Target.value(getLabelCol(), distribution);
        try (Fit fit = new Fit(this, this, dataset, target, offset)) {
            Network network = fit.network(1, head.outputs());
            return fit.train(network, regParams, new int[] {0}, head.negated()).stream()
                    .map(result -> model(result, head, dataset))
                    .toList();
        }
    }

    private KfacRegressionModel model(Fit.Result result, Head head, Dataset<?> dataset) {
        ValueScores scores = new ValueScores(result.network(), result.parameters(), head.negated());
        KfacRegressionModel model =
                copyValues(new KfacRegressionModel(uid(), scores, result.origin()), copyValues$default$2());
        return model.summarise(dataset, result.report(), result.scores().orElseThrow(), result.inference());
    }

    @Override
    public KfacRegressor copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    @Override
    public StructType validateAndTransformSchema(StructType schema, boolean fitting, DataType features) {
        return KfacRegressorParams.extend(this, super.validateAndTransformSchema(schema, fitting, features));
    }

    @Override
    public String explainParam(Param<?> param) {
        return KfacParams.explain(this, param);
    }

    /** gaussian (the default), binomial, poisson, gamma, negative-binomial. */
    public KfacRegressor setFamily(String value) {
        set(family(), value);
        return this;
    }

    /** identity, log, logit, inverse or canonical, as the family has it; unset: its own. */
    public KfacRegressor setLink(String value) {
        set(link(), value);
        return this;
    }

    /** Unset or empty: no such column. */
    public KfacRegressor setLinkPredictionCol(String value) {
        set(linkPredictionCol(), value);
        return this;
    }

    /** Added to the linear predictor, as the log of an exposure; unset or empty: 0. */
    public KfacRegressor setOffsetCol(String value) {
        set(offsetCol(), value);
        return this;
    }

    /** Of the negative binomial: its variance is mu + mu^2 / r. Default 1. */
    public KfacRegressor setR(double value) {
        set(r(), value);
        return this;
    }

    /** Most steps; passes over the data for optimizers at a learning rate, such as adam. Default 100. */
    public KfacRegressor setMaxIter(int value) {
        set(maxIter(), value);
        return this;
    }

    /** Default 1e-9. */
    public KfacRegressor setTol(double value) {
        set(tol(), value);
        return this;
    }

    /** Default 0. */
    public KfacRegressor setRegParam(double value) {
        set(regParam(), value);
        return this;
    }

    /** 0 is L2, 1 is L1. Default 0. */
    public KfacRegressor setElasticNetParam(double value) {
        set(elasticNetParam(), value);
        return this;
    }

    /** Whether the penalty is on coefficients of standardised features; with hidden layers, whether features are. Default true. */
    public KfacRegressor setStandardization(boolean value) {
        set(standardization(), value);
        return this;
    }

    /** Default true. */
    public KfacRegressor setFitIntercept(boolean value) {
        set(fitIntercept(), value);
        return this;
    }

    /** Unset or empty: all rows count once. */
    public KfacRegressor setWeightCol(String value) {
        set(weightCol(), value);
        return this;
    }

    /** Of held-out rows, batches and initial weights of hidden layers. */
    public KfacRegressor setSeed(long value) {
        set(seed(), value);
        return this;
    }

    /** Accepted, and not used: partial sums are added up in the order of partitions. */
    public KfacRegressor setAggregationDepth(int value) {
        set(aggregationDepth(), value);
        return this;
    }

    /** Widths; none for a linear model, the default. */
    public KfacRegressor setHiddenLayers(int[] value) {
        set(hiddenLayers(), value);
        return this;
    }

    /** Of hidden layers: relu (the default), tanh, gelu, logistic, identity. */
    public KfacRegressor setActivation(String value) {
        set(activation(), value);
        return this;
    }

    /** auto (the default), newton, newton-cg, l-bfgs, or any of {@link io.kfac.spark.engine.Preset} by its key: trust-region. */
    public KfacRegressor setOptimizer(String value) {
        set(optimizer(), value);
        return this;
    }

    /** synchronous (the default), or local: steps of each partition, averaged, of optimizers whose steps can have a rate, such as kfac. */
    public KfacRegressor setMode(String value) {
        set(mode(), value);
        return this;
    }

    /** Of the metric, the initial one where the optimizer adapts it; unset: the optimizer's own, which kfac searches for. */
    public KfacRegressor setDamping(double value) {
        set(damping(), value);
        return this;
    }

    /** Of the cached training rows; 0, the default: one a core. */
    public KfacRegressor setNumPartitions(int value) {
        set(numPartitions(), value);
        return this;
    }

    /** Whether standard errors are sandwich errors, which hold too where the family's variance does not. Default false. */
    public KfacRegressor setRobust(boolean value) {
        set(robust(), value);
        return this;
    }

    public static MLReader<KfacRegressor> read() {
        return new DefaultParamsReader<>();
    }

    public static KfacRegressor load(String path) {
        return read().load(path);
    }
}
