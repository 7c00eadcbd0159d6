package io.kfac.spark.ml;

import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.model.Network;
import io.kfac.spark.data.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Logistic and softmax regression, solved exactly, and classifiers with hidden layers: one line to change where MLlib's
 * LogisticRegression or MultilayerPerceptronClassifier stood. Parameters have their names and, but for {@code tol}, their defaults.
 *
 * <p>The objective of linear models is MLlib's: the weighted mean of the log-loss + regParam ((1 - elasticNetParam) / 2 sum s_j b_j^2
 * + elasticNetParam sum t_j |b_j|), s = sigma^2 and t = sigma, or 1 without {@code standardization}; intercepts are not penalised.
 * {@code tol} bounds the Newton decrement, which is how far above its infimum the objective is, relative to the objective; where the
 * Hessian is too large, L-BFGS fits, and conjugate gradients find the decrement at its end.
 *
 * <p>Labels are 0, 1, 2, ..., as a StringIndexer gives them. Bad input is a {@link io.kfac.spark.data.BadInput} that says where.
 */
public final class KfacClassifier extends ProbabilisticClassifier<Vector, KfacClassifier, KfacClassificationModel>
        implements KfacClassifierParams, DefaultParamsWritable {
    private static final long serialVersionUID = 1L;

    // Without initialisers: both are used while Spark's constructors run.
    private String uid;
    private ParamSlots slots;

    public KfacClassifier() {
        this(Uids.Parked.YES);
    }

    public KfacClassifier(String uid) {
        this(Uids.park(uid));
    }

    private KfacClassifier(Uids.Parked unused) {
        super();
        KfacClassifierParams.initialise(this);
    }

    @Override
    public String uid() {
        if (uid == null) {
            uid = Uids.take("kfacClassifier");
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
    public KfacClassificationModel train(Dataset<?> dataset) {
        return train(dataset, new double[] {getRegParam()}).get(0);
    }

    /**
     * One fit a penalty, in their order, each to the same tolerance as {@code setRegParam(regParam).fit(dataset)}: from rows that are
     * loaded once, from the strongest penalty on, each from where the last one ended; fits by Newton's method share jobs.
     */
    public List<KfacClassificationModel> fitPath(Dataset<?> dataset, double... regParams) {
        transformSchema(dataset.schema(), true);
        List<ParamMap> own = Arrays.stream(regParams)
                .mapToObj(regParam -> new ParamMap().put(regParam().w(regParam)))
                .toList();
        List<KfacClassificationModel> models = train(dataset, regParams.clone());
        for (int i = 0; i < regParams.length; i++) {
            copyValues(models.get(i), own.get(i)).setParent(copy(own.get(i)));
        }
        return models;
    }

    private List<KfacClassificationModel> train(Dataset<?> dataset, double[] regParams) {
        StructField label = dataset.schema().apply(getLabelCol());
        Target target = new Target.ClassLabel(Optional.of(getLabelCol()), true);
        try (Fit fit = new Fit(this, this, dataset, target, Optional.empty())) {
            Classes classes = Classes.of(fit.data().labels().orElseThrow(), label, getFamily());
            checkThresholds(classes);
            ExponentialFamily family = classes.binomial() ? new Bernoulli() : new Categorical();
            Network network = fit.network(classes.outputs(), family);
            if (classes.constant()) {
                String message =
                        "All rows are of class %d: the model predicts it, always".formatted(classes.present()[0]);
                fit.find(new Finding(Finding.Kind.ONE_CLASS, message, List.of()));
                return Arrays.stream(regParams)
                        .mapToObj(regParam -> model(fit.without(network, message), classes, label, dataset))
                        .toList();
            }
            int[] missing = classes.missing();
            if (missing.length > 0) {
                fit.find(new Finding(
                        Finding.Kind.MISSING_CLASSES,
                        "Classes without a row, and the probability 0: %s"
                                .formatted(Fit.listed(Arrays.stream(missing)
                                        .mapToObj(String::valueOf)
                                        .toList())),
                        List.of()));
            }
            int[] labels = classes.binomial() ? new int[] {1} : classes.present();
            List<Fit.Result> results = fit.train(network, regParams, labels, false);
            List<KfacClassificationModel> models = new ArrayList<>();
            for (int i = 0; i < regParams.length; i++) {
                if (network.depth() == 1 && !classes.binomial()) {
                    // Intercepts are never penalised; the penalty fixes the coefficients where there is one.
                    int width = network.layer(0).inputs();
                    RawScale.centre(results.get(i).parameters().layer(0), regParams[i] == 0 ? 0 : width);
                }
                models.add(model(results.get(i), classes, label, dataset));
            }
            return models;
        }
    }

    private void checkThresholds(Classes classes) {
        if (isSet(thresholds()) && $(thresholds()).length != classes.count()) {
            throw new IllegalArgumentException("Cannot use %d thresholds: column '%s' has %d classes"
                    .formatted($(thresholds()).length, getLabelCol(), classes.count()));
        }
    }

    private KfacClassificationModel model(Fit.Result result, Classes classes, StructField label, Dataset<?> dataset) {
        ClassScores scores = new ClassScores(result.network(), result.parameters(), classes);
        KfacClassificationModel model = copyValues(
                new KfacClassificationModel(uid(), scores, LabelNames.of(label), result.origin()),
                copyValues$default$2());
        return model.summarise(dataset, result.report(), result.inference());
    }

    @Override
    public KfacClassifier copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    @Override
    public StructType validateAndTransformSchema(StructType schema, boolean fitting, DataType features) {
        checkThresholdConsistency();
        return super.validateAndTransformSchema(schema, fitting, features);
    }

    @Override
    public String explainParam(Param<?> param) {
        return KfacParams.explain(this, param);
    }

    @Override
    public double[] getThresholds() {
        return KfacClassifierParams.thresholds(this);
    }

    /** Clears {@code thresholds}. */
    public KfacClassifier setThreshold(double value) {
        clear(thresholds());
        set(threshold(), value);
        return this;
    }

    /** Clears {@code threshold}. */
    @Override
    public KfacClassifier setThresholds(double[] value) {
        clear(threshold());
        set(thresholds(), value);
        return this;
    }

    /** Most steps; passes over the data for optimizers at a learning rate, such as adam. Default 100. */
    public KfacClassifier setMaxIter(int value) {
        set(maxIter(), value);
        return this;
    }

    /** Default 1e-9. */
    public KfacClassifier setTol(double value) {
        set(tol(), value);
        return this;
    }

    /** Default 0. */
    public KfacClassifier setRegParam(double value) {
        set(regParam(), value);
        return this;
    }

    /** 0 is L2, 1 is L1. Default 0. */
    public KfacClassifier setElasticNetParam(double value) {
        set(elasticNetParam(), value);
        return this;
    }

    /** Whether the penalty is on coefficients of standardised features; with hidden layers, whether features are. Default true. */
    public KfacClassifier setStandardization(boolean value) {
        set(standardization(), value);
        return this;
    }

    /** Default true. */
    public KfacClassifier setFitIntercept(boolean value) {
        set(fitIntercept(), value);
        return this;
    }

    /** Unset or empty: all rows count once. */
    public KfacClassifier setWeightCol(String value) {
        set(weightCol(), value);
        return this;
    }

    /** auto, binomial or multinomial. Default auto. */
    public KfacClassifier setFamily(String value) {
        set(family(), value);
        return this;
    }

    /** Of held-out rows, batches and initial weights of hidden layers. */
    public KfacClassifier setSeed(long value) {
        set(seed(), value);
        return this;
    }

    /** Accepted, and not used: partial sums are added up in the order of partitions. */
    public KfacClassifier setAggregationDepth(int value) {
        set(aggregationDepth(), value);
        return this;
    }

    /** Widths; none for a linear model, the default. */
    public KfacClassifier setHiddenLayers(int[] value) {
        set(hiddenLayers(), value);
        return this;
    }

    /** Of hidden layers: relu (the default), tanh, gelu, logistic, identity. */
    public KfacClassifier setActivation(String value) {
        set(activation(), value);
        return this;
    }

    /** auto (the default), newton, newton-cg, l-bfgs, or any of {@link io.kfac.spark.engine.Preset} by its key: trust-region. */
    public KfacClassifier setOptimizer(String value) {
        set(optimizer(), value);
        return this;
    }

    /** synchronous (the default), or local: steps of each partition, averaged, of optimizers whose steps can have a rate, such as kfac. */
    public KfacClassifier setMode(String value) {
        set(mode(), value);
        return this;
    }

    /** Of the metric, the initial one where the optimizer adapts it; unset: the optimizer's own, which kfac searches for. */
    public KfacClassifier setDamping(double value) {
        set(damping(), value);
        return this;
    }

    /** Of the cached training rows; 0, the default: one a core. */
    public KfacClassifier setNumPartitions(int value) {
        set(numPartitions(), value);
        return this;
    }

    /** Whether standard errors are sandwich errors, which hold too where the family's variance does not. Default false. */
    public KfacClassifier setRobust(boolean value) {
        set(robust(), value);
        return this;
    }

    public static MLReader<KfacClassifier> read() {
        return new DefaultParamsReader<>();
    }

    public static KfacClassifier load(String path) {
        return read().load(path);
    }
}
