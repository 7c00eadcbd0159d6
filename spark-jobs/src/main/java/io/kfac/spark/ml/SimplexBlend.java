package io.kfac.spark.ml;

import io.kfac.mixture.MixtureOptimizer;
import io.kfac.mixture.MixtureSolution;
import io.kfac.mixture.MixtureTotals;
import io.kfac.spark.data.BadInput;
import java.util.Optional;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.SchemaUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Stacking by probabilities: learns the mixture of several classifiers' probability columns with the least log-loss. Weights are on
 * the simplex exactly, many of them 0; the training loss is never above that of the best single model, and comes with a bound on how
 * far it is above the least that any mixture has. The problem is convex: there is nothing to tune.
 *
 * <p>Labels are indices into the probability vectors, as everywhere in spark.ml; a class that a model does not know has probability 0.
 * Use probabilities of rows that the models have not been trained on: on training rows the model that overfits most looks best.
 *
 * <p>Rows are read once; a step is one job, whatever the number of rows, and three to seven steps are usual.
 */
public final class SimplexBlend extends Estimator<SimplexBlendModel>
        implements SimplexBlendParams, DefaultParamsWritable {
    private static final long serialVersionUID = 1L;

    // Without initialisers: both are used while Spark's constructors run.
    private String uid;
    private Slots slots;

    public SimplexBlend() {
        this(Uids.Parked.YES);
    }

    public SimplexBlend(String uid) {
        this(Uids.park(uid));
    }

    private SimplexBlend(Uids.Parked unused) {
        super();
        SimplexBlendParams.initialise(this);
    }

    @Override
    public String uid() {
        if (uid == null) {
            uid = Uids.take("simplexBlend");
        }
        return uid;
    }

    @Override
    public Slots slots() {
        if (slots == null) {
            slots = new Slots(this);
        }
        return slots;
    }

    @Override
    public SimplexBlendModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema(), true);
        BlendColumns columns = new BlendColumns(getProbabilityCols(), getLabelCol(), weights());
        try (BlendObjective objective = BlendObjective.load(dataset, columns)) {
            MixtureTotals totals = objective.totals();
            if (!(totals.weight() > 0)) {
                throw new BadInput(
                        ("Cannot blend: of %,d rows of positive weight none has a label in column '%s' that any model gives a"
                                        + " positive probability. Remedy: labels that are indices into the probability vectors")
                                .formatted(totals.impossibleRows(), getLabelCol()));
            }
            MixtureSolution solution = new MixtureOptimizer(objective).minimize(getMaxIter(), getTol(), () -> false);
            SimplexBlendSummary summary = SimplexBlendSummary.of(solution, totals, getProbabilityCols());
            if (totals.impossibleRows() > 0) {
                logWarning(summary::impossibleRowsWarning);
            }
            SimplexBlendModel model =
                    copyValues(new SimplexBlendModel(uid(), solution.weights()), copyValues$default$2());
            return model.summarised(summary).setParent(this);
        }
    }

    private Optional<String> weights() {
        return isDefined(weightCol()) ? Optional.of(getWeightCol()).filter(name -> !name.isEmpty()) : Optional.empty();
    }

    @Override
    public StructType transformSchema(StructType schema) {
        SchemaUtils.checkNumericType(schema, getLabelCol(), "");
        weights().ifPresent(name -> SchemaUtils.checkNumericType(schema, name, ""));
        return SimplexBlendParams.extend(this, schema);
    }

    @Override
    public SimplexBlend copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    @Override
    public String explainParam(Param<?> param) {
        return KfacParams.explain(this, param);
    }

    /** Columns of vectors, one a model. */
    public SimplexBlend setProbabilityCols(String... value) {
        set(probabilityCols(), value.clone());
        return this;
    }

    /** Default {@code label}. */
    public SimplexBlend setLabelCol(String value) {
        set(labelCol(), value);
        return this;
    }

    /** Unset or empty: all rows count once. */
    public SimplexBlend setWeightCol(String value) {
        set(weightCol(), value);
        return this;
    }

    /** Most steps. Default 100. */
    public SimplexBlend setMaxIter(int value) {
        set(maxIter(), value);
        return this;
    }

    /** How far above the least log-loss the blend may be, nats a row. Default 1e-9. */
    public SimplexBlend setTol(double value) {
        set(tol(), value);
        return this;
    }

    /** Of the blend; empty for none. Default {@code prediction}. */
    public SimplexBlend setPredictionCol(String value) {
        set(predictionCol(), value);
        return this;
    }

    /** Of the blend; empty for none. Default {@code probability}. */
    public SimplexBlend setProbabilityCol(String value) {
        set(probabilityCol(), value);
        return this;
    }

    public static MLReader<SimplexBlend> read() {
        return new DefaultParamsReader<>();
    }

    public static SimplexBlend load(String path) {
        return read().load(path);
    }
}
