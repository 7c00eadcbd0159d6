package io.kfac.spark.ml;

import io.kfac.objective.Evaluation;
import io.kfac.spark.data.DataEncoding;
import io.kfac.spark.data.Portable;
import io.kfac.spark.engine.TrainedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.RegressionModel;
import org.apache.spark.ml.util.HasTrainingSummary;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * What a {@link KfacRegressor} fits: coefficients are those of the linear predictor in the raw features; predictions are means.
 * {@link #transform} scores blocks of rows as matrix products, is lazy, and works on streams.
 */
public final class KfacRegressionModel extends RegressionModel<Vector, KfacRegressionModel>
        implements KfacRegressorParams, HasTrainingSummary<KfacRegressionTrainingSummary>, MLWritable {
    private static final long serialVersionUID = 1L;

    // Without initialisers: both are used while Spark's constructors run.
    private String uid;
    private ParamSlots slots;
    private final ValueScores scores;
    private final TrainedModel.Origin origin;
    private transient KfacRegressionTrainingSummary summary;
    private transient Broadcast<byte[]> sent;
    private transient SparkContext sentFrom;

    KfacRegressionModel(String uid, ValueScores scores, TrainedModel.Origin origin) {
        this(Uids.park(uid), scores, origin);
    }

    private KfacRegressionModel(Uids.Parked unused, ValueScores scores, TrainedModel.Origin origin) {
        super();
        this.scores = scores;
        this.origin = origin;
        KfacRegressorParams.initialise(this);
    }

    @Override
    public String uid() {
        if (uid == null) {
            uid = Uids.take("kfacRegressionModel");
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
    public int numFeatures() {
        return scores.network().layer(0).inputs();
    }

    /** Widths from the features to the output. */
    public int[] layers() {
        return scores.network().widths().stream().mapToInt(Integer::intValue).toArray();
    }

    /** Of the raw features. @throws IllegalStateException with hidden layers */
    public Vector coefficients() {
        requireLinear();
        return Vectors.dense(scores.coefficients());
    }

    /** @throws IllegalStateException with hidden layers */
    public double intercept() {
        requireLinear();
        return scores.intercept();
    }

    private void requireLinear() {
        if (scores.network().depth() > 1) {
            throw new IllegalStateException("Cannot give coefficients: the model has hidden layers %s"
                    .formatted(scores.network().widths()));
        }
    }

    ValueScores scores() {
        return scores;
    }

    TrainedModel.Origin origin() {
        return origin;
    }

    /** The mean, for an offset of 0. */
    @Override
    public double predict(Vector features) {
        return scores.mean(features);
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType output = transformSchema(dataset.schema(), true);
        Optional<String> link = KfacRegressorParams.column(this, linkPredictionCol());
        List<StructField> added = new ArrayList<>();
        if (!getPredictionCol().isEmpty()) {
            added.add(output.apply(getPredictionCol()));
        }
        link.ifPresent(column -> added.add(output.apply(column)));
        if (added.isEmpty()) {
            logWarning(() -> uid() + ": transform() was called as NOOP since no output columns were set.");
            return dataset.toDF();
        }
        ValueAnswers answers =
                new ValueAnswers(sent(dataset), !getPredictionCol().isEmpty(), link.isPresent());
        return new BlockColumns(encoding(), getFeaturesCol(), numFeatures(), answers).appendTo(dataset, added);
    }

    /** Sent once; Spark releases it when this model and the frames that it made are gone. */
    private synchronized Broadcast<byte[]> sent(Dataset<?> dataset) {
        var context = dataset.sparkSession().sparkContext();
        // A session that was stopped took what it was sent with it.
        if (sent == null || !sent.isValid() || sentFrom != context) {
            sentFrom = context;
            sent = JavaSparkContext.fromSparkContext(context).broadcast(Portable.toBytes(scores));
        }
        return sent;
    }

    DataEncoding encoding() {
        return Encodings.vectors(
                getFeaturesCol(),
                scores.network(),
                Optional.of(getLabelCol()),
                KfacRegressorParams.column(this, offsetCol()));
    }

    @Override
    public StructType validateAndTransformSchema(StructType schema, boolean fitting, DataType features) {
        return KfacRegressorParams.extend(this, super.validateAndTransformSchema(schema, fitting, features));
    }

    KfacRegressionModel summarise(Dataset<?> dataset, FitReport report, Evaluation onTrain, Inference inference) {
        KfacRegressionModel complete =
                getPredictionCol().isEmpty() ? copy(ParamMap.empty()).setPredictionCol("prediction_" + uid()) : this;
        summary = new KfacRegressionTrainingSummary(complete.transform(dataset), complete, report, onTrain, inference);
        return this;
    }

    @Override
    public Option<KfacRegressionTrainingSummary> trainingSummary() {
        return Option.apply(summary);
    }

    @Override
    @SuppressWarnings("MemberName")
    public void trainingSummary_$eq(Option<KfacRegressionTrainingSummary> given) {
        summary = given.isDefined() ? given.get() : null;
    }

    /** How the fit went, and how well the model does on its training rows. @throws RuntimeException if it was loaded */
    @Override
    public KfacRegressionTrainingSummary summary() {
        return HasTrainingSummary.super.summary();
    }

    @Override
    public KfacRegressionModel copy(ParamMap extra) {
        KfacRegressionModel copy = copyValues(new KfacRegressionModel(uid(), scores, origin), extra);
        copy.summary = summary;
        return copy.setParent(parent());
    }

    @Override
    public String explainParam(Param<?> param) {
        return KfacParams.explain(this, param);
    }

    public KfacRegressionModel setLinkPredictionCol(String value) {
        set(linkPredictionCol(), value);
        return this;
    }

    @Override
    public MLWriter write() {
        return new RegressorFiles.Writer(this);
    }

    public static MLReader<KfacRegressionModel> read() {
        return new RegressorFiles.Reader();
    }

    public static KfacRegressionModel load(String path) {
        return read().load(path);
    }

    @Override
    public String toString() {
        return "KfacRegressionModel: uid=%s, family=%s, layers=%s"
                .formatted(uid(), getFamily(), scores.network().widths());
    }
}
