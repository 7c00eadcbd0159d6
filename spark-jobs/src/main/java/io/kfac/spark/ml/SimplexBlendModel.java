package io.kfac.spark.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.Json;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.HasTrainingSummary;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.json4s.JObject;
import org.json4s.jackson.JsonMethods$;
import scala.Option;

/** What a {@link SimplexBlend} fits: the mixture of the models' probabilities with fixed weights. Lazy, and good for streams. */
public final class SimplexBlendModel extends Model<SimplexBlendModel>
        implements SimplexBlendParams, HasTrainingSummary<SimplexBlendSummary>, MLWritable {
    private static final long serialVersionUID = 1L;
    private static final String WEIGHTS = "weights";

    // Without initialisers: both are used while Spark's constructors run.
    private String uid;
    private Slots slots;
    private final double[] weights;
    private transient SimplexBlendSummary summary;

    SimplexBlendModel(String uid, double... weights) {
        this(Uids.park(uid), weights);
    }

    private SimplexBlendModel(Uids.Parked unused, double... weights) {
        super();
        this.weights = weights;
        SimplexBlendParams.initialise(this);
    }

    @Override
    public String uid() {
        if (uid == null) {
            uid = Uids.take("simplexBlendModel");
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

    /** In the order of {@link #getProbabilityCols}: not negative, adding up to 1. */
    public double[] weights() {
        return weights.clone();
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema(), true);
        String[] columns = getProbabilityCols();
        // A function a row, not blocks of rows: on 2 cores, three models of ten classes take 0.35 us a row, where a
        // softmax of 784
        // pixels in blocks takes 1 us for one of them. Blocks would copy the rows, and want vectors of lengths that are
        // known.
        // A model of weight 0 need not be computed.
        int[] used =
                IntStream.range(0, weights.length).filter(m -> weights[m] > 0).toArray();
        Column[] inputs =
                Arrays.stream(used).mapToObj(m -> dataset.col(columns[m])).toArray(Column[]::new);
        BlendFunction blend = new BlendFunction(
                Arrays.stream(used).mapToDouble(m -> weights[m]).toArray(),
                Arrays.stream(used).mapToObj(m -> columns[m]).toArray(String[]::new));
        Column probability = functions.udf(blend, SQLDataTypes.VectorType()).apply(functions.array(inputs));
        Dataset<Row> output = dataset.toDF();
        if (!getProbabilityCol().isEmpty()) {
            output = output.withColumn(getProbabilityCol(), probability);
            probability = output.col(getProbabilityCol());
        }
        if (!getPredictionCol().isEmpty()) {
            output = output.withColumn(
                    getPredictionCol(),
                    functions.udf(BlendFunction.LARGEST, DataTypes.DoubleType).apply(probability));
        }
        return output;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return SimplexBlendParams.extend(this, schema);
    }

    SimplexBlendModel summarised(SimplexBlendSummary given) {
        summary = given;
        return this;
    }

    @Override
    public Option<SimplexBlendSummary> trainingSummary() {
        return Option.apply(summary);
    }

    @Override
    @SuppressWarnings("MemberName")
    public void trainingSummary_$eq(Option<SimplexBlendSummary> given) {
        summary = given.isDefined() ? given.get() : null;
    }

    /** How the blend fared on its training rows. @throws RuntimeException if it was loaded */
    @Override
    public SimplexBlendSummary summary() {
        return HasTrainingSummary.super.summary();
    }

    @Override
    public SimplexBlendModel copy(ParamMap extra) {
        SimplexBlendModel copy = copyValues(new SimplexBlendModel(uid(), weights), extra);
        return copy.summarised(summary).setParent(parent());
    }

    @Override
    public String explainParam(Param<?> param) {
        return KfacParams.explain(this, param);
    }

    public SimplexBlendModel setPredictionCol(String value) {
        set(predictionCol(), value);
        return this;
    }

    public SimplexBlendModel setProbabilityCol(String value) {
        set(probabilityCol(), value);
        return this;
    }

    @Override
    public MLWriter write() {
        return new Writer(this);
    }

    public static MLReader<SimplexBlendModel> read() {
        return new Reader();
    }

    public static SimplexBlendModel load(String path) {
        return read().load(path);
    }

    private static final class Writer extends MLWriter {
        private final SimplexBlendModel model;

        Writer(SimplexBlendModel model) {
            this.model = model;
        }

        @Override
        public void saveImpl(String path) {
            ObjectNode extra = Json.object();
            ArrayNode values = extra.putArray(WEIGHTS);
            Arrays.stream(model.weights).forEach(values::add);
            JObject parsed = (JObject) JsonMethods$.MODULE$.fromJsonNode(extra);
            DefaultParamsWriter.saveMetadata(model, path, sparkSession(), Option.apply(parsed), Option.empty());
        }
    }

    private static final class Reader extends MLReader<SimplexBlendModel> {
        @Override
        public SimplexBlendModel load(String path) {
            DefaultParamsReader.Metadata metadata =
                    DefaultParamsReader.loadMetadata(path, sparkSession(), SimplexBlendModel.class.getName());
            SimplexBlendModel model = new SimplexBlendModel(metadata.uid(), weights(path, metadata.metadataJson()));
            metadata.getAndSetParams(model, metadata.getAndSetParams$default$2());
            if (model.weights.length != model.getProbabilityCols().length) {
                throw new BadInput("Cannot read the blend in %s: it has %d weights for %d columns"
                        .formatted(path, model.weights.length, model.getProbabilityCols().length));
            }
            return model;
        }

        private static double[] weights(String path, String metadata) {
            try {
                JsonNode values = Json.parse(metadata).path(WEIGHTS);
                return IntStream.range(0, values.size())
                        .mapToDouble(m -> values.path(m).asDouble())
                        .toArray();
            } catch (JsonProcessingException e) {
                throw new BadInput("Cannot read the blend in %s: its metadata are no JSON".formatted(path), e);
            }
        }
    }

    @Override
    public String toString() {
        return "SimplexBlendModel: uid=%s, weights=%s".formatted(uid(), Arrays.toString(weights));
    }
}
