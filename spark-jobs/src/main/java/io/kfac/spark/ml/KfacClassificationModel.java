package io.kfac.spark.ml;

import io.kfac.spark.data.DataEncoding;
import io.kfac.spark.data.Portable;
import io.kfac.spark.engine.TrainedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
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
import scala.Tuple3;

/**
 * What a {@link KfacClassifier} fits: like MLlib's LogisticRegressionModel, coefficients and intercepts are those of the raw features.
 * {@link #transform} scores blocks of rows as matrix products, is lazy, and works on streams.
 */
public final class KfacClassificationModel extends ProbabilisticClassificationModel<Vector, KfacClassificationModel>
        implements KfacClassifierParams, HasTrainingSummary<KfacClassificationTrainingSummary>, MLWritable {
    private static final long serialVersionUID = 1L;

    // Without initialisers: both are used while Spark's constructors run.
    private String uid;
    private ParamSlots slots;
    private final ClassScores scores;
    private final String[] labelNames;
    private final TrainedModel.Origin origin;
    private transient KfacClassificationTrainingSummary summary;
    private transient Broadcast<byte[]> sent;
    private transient SparkContext sentFrom;

    KfacClassificationModel(String uid, ClassScores scores, String[] labelNames, TrainedModel.Origin origin) {
        this(Uids.park(uid), scores, labelNames, origin);
    }

    private KfacClassificationModel(
            Uids.Parked unused, ClassScores scores, String[] labelNames, TrainedModel.Origin origin) {
        super();
        this.scores = scores;
        this.labelNames = labelNames;
        this.origin = origin;
        KfacClassifierParams.initialise(this);
    }

    @Override
    public String uid() {
        if (uid == null) {
            uid = Uids.take("kfacClassificationModel");
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

    /** One more than the largest label, or what the label column's metadata said. */
    @Override
    public int numClasses() {
        return scores.classes().count();
    }

    @Override
    public int numFeatures() {
        return scores.features();
    }

    /** Widths from the features to the outputs. */
    public int[] layers() {
        return scores.network().widths().stream().mapToInt(Integer::intValue).toArray();
    }

    /** Of the raw features: classes x features, or 1 x features for family binomial. @throws IllegalStateException with hidden layers */
    public Matrix coefficientMatrix() {
        requireLinear("coefficients");
        return new DenseMatrix(scores.classes().coefficientSets(), numFeatures(), scores.coefficients(), true);
    }

    /** One a class, or a single one for family binomial. @throws IllegalStateException with hidden layers */
    public Vector interceptVector() {
        requireLinear("intercepts");
        return Vectors.dense(scores.intercepts());
    }

    /** Of family binomial. @throws IllegalStateException if the model is of another kind */
    public Vector coefficients() {
        requireBinomial("coefficientMatrix");
        return Vectors.dense(scores.coefficients());
    }

    /** Of family binomial. @throws IllegalStateException if the model is of another kind */
    public double intercept() {
        requireBinomial("interceptVector");
        return scores.intercepts()[0];
    }

    private void requireLinear(String what) {
        if (scores.network().depth() > 1) {
            throw new IllegalStateException("Cannot give %s: the model has hidden layers %s"
                    .formatted(what, scores.network().widths()));
        }
    }

    private void requireBinomial(String remedy) {
        requireLinear("coefficients");
        if (!scores.classes().binomial()) {
            throw new IllegalStateException(
                    "Cannot give a single vector of coefficients: the model is multinomial. Remedy: " + remedy);
        }
    }

    ClassScores scores() {
        return scores;
    }

    String[] labelNames() {
        return labelNames.clone();
    }

    TrainedModel.Origin origin() {
        return origin;
    }

    @Override
    public Vector predictRaw(Vector features) {
        return Vectors.dense(scores.raw(features));
    }

    @Override
    public Vector raw2probabilityInPlace(Vector raw) {
        scores.toProbabilities(((DenseVector) raw).values());
        return raw;
    }

    @Override
    public double raw2prediction(Vector raw) {
        return decision().ofRaw(scores, raw.toArray());
    }

    @Override
    public double probability2prediction(Vector probability) {
        return decision().ofProbabilities(probability.toArray());
    }

    private ClassDecision decision() {
        boolean binomial = scores.classes().binomial();
        boolean several = !binomial && isDefined(thresholds());
        return new ClassDecision(
                binomial, binomial ? getThreshold() : Double.NaN, several ? $(thresholds()) : new double[0]);
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType output = transformSchema(dataset.schema(), true);
        if (isDefined(thresholds()) && $(thresholds()).length != numClasses()) {
            throw new IllegalArgumentException("Cannot use %d thresholds: the model has %d classes"
                    .formatted($(thresholds()).length, numClasses()));
        }
        List<StructField> added = new ArrayList<>();
        for (String column : List.of(getRawPredictionCol(), getProbabilityCol(), getPredictionCol())) {
            if (!column.isEmpty()) {
                added.add(output.apply(column));
            }
        }
        if (added.isEmpty()) {
            logWarning(() -> uid() + ": transform() was called as NOOP since no output columns were set.");
            return dataset.toDF();
        }
        ClassAnswers answers = new ClassAnswers(
                sent(dataset),
                decision(),
                scores.classes().scores(),
                !getRawPredictionCol().isEmpty(),
                !getProbabilityCol().isEmpty(),
                !getPredictionCol().isEmpty());
        DataEncoding encoding =
                Encodings.vectors(getFeaturesCol(), scores.network(), Optional.empty(), Optional.empty());
        return new BlockColumns(encoding, getFeaturesCol(), numFeatures(), answers).appendTo(dataset, added);
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

    @Override
    public StructType transformSchema(StructType schema) {
        StructType output = super.transformSchema(schema);
        if (labelNames.length == 0 || getPredictionCol().isEmpty()) {
            return output;
        }
        StructField[] fields = output.fields().clone();
        int at = output.fieldIndex(getPredictionCol());
        fields[at] = new StructField(
                fields[at].name(),
                fields[at].dataType(),
                fields[at].nullable(),
                LabelNames.metadata(fields[at].name(), labelNames));
        return new StructType(fields);
    }

    @Override
    public StructType validateAndTransformSchema(StructType schema, boolean fitting, DataType features) {
        checkThresholdConsistency();
        return super.validateAndTransformSchema(schema, fitting, features);
    }

    /** How well the model does on a table with labels. */
    public KfacClassificationSummary evaluate(Dataset<?> dataset) {
        Tuple3<?, ?, ?> columns = findSummaryModel();
        KfacClassificationModel complete = (KfacClassificationModel) columns._1();
        return new KfacClassificationSummary(
                complete.transform(dataset), complete, (String) columns._2(), (String) columns._3());
    }

    KfacClassificationModel summarise(Dataset<?> dataset, FitReport report, Inference inference) {
        Tuple3<?, ?, ?> columns = findSummaryModel();
        KfacClassificationModel complete = (KfacClassificationModel) columns._1();
        summary = new KfacClassificationTrainingSummary(
                complete.transform(dataset), complete, (String) columns._2(), (String) columns._3(), report, inference);
        return this;
    }

    @Override
    public Option<KfacClassificationTrainingSummary> trainingSummary() {
        return Option.apply(summary);
    }

    @Override
    @SuppressWarnings("MemberName")
    public void trainingSummary_$eq(Option<KfacClassificationTrainingSummary> given) {
        summary = given.isDefined() ? given.get() : null;
    }

    /** How the fit went, and how well the model does on its training rows. @throws RuntimeException if it was loaded */
    @Override
    public KfacClassificationTrainingSummary summary() {
        return HasTrainingSummary.super.summary();
    }

    // Scala's type parameters of this method are lost to Java, which then sees two methods of one name.
    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public Tuple3 findSummaryModel() {
        return super.findSummaryModel();
    }

    @Override
    public KfacClassificationModel copy(ParamMap extra) {
        KfacClassificationModel copy =
                copyValues(new KfacClassificationModel(uid(), scores, labelNames, origin), extra);
        copy.summary = summary;
        return copy.setParent(parent());
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
    public KfacClassificationModel setThreshold(double value) {
        clear(thresholds());
        set(threshold(), value);
        return this;
    }

    /** Clears {@code threshold}. */
    @Override
    public KfacClassificationModel setThresholds(double[] value) {
        clear(threshold());
        set(thresholds(), value);
        return this;
    }

    @Override
    public MLWriter write() {
        return new ClassifierFiles.Writer(this);
    }

    public static MLReader<KfacClassificationModel> read() {
        return new ClassifierFiles.Reader();
    }

    public static KfacClassificationModel load(String path) {
        return read().load(path);
    }

    @Override
    public String toString() {
        return "KfacClassificationModel: uid=%s, numClasses=%d, layers=%s"
                .formatted(uid(), numClasses(), scores.network().widths());
    }
}
