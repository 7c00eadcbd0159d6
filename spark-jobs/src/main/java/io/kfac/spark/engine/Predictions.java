package io.kfac.spark.engine;

import io.kfac.linalg.Matrix;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.LabelEncoding;
import io.kfac.spark.data.RowEncoder;
import io.kfac.spark.data.Table;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/**
 * A table with a model's answers in new columns, computed in blocks of rows at the speed of matrix products: {@code prediction},
 * a class with its probabilities or the mean of a value; {@code loss} for autoencoders. Close it once the frame was used, to release the broadcast model.
 */
public final class Predictions implements AutoCloseable {
    private final Dataset<Row> frame;
    private final Broadcast<byte[]> sent;

    /**
     * Which columns to write.
     * @param only  the input's column to keep; empty: all
     * @param flat  for files that hold no arrays: a column for each probability, and none of the input's that is no plain value
     * @param codes autoencoders: the activations of the narrowest layer as well
     */
    public record Layout(Optional<String> only, boolean flat, boolean codes) {}

    private Predictions(Dataset<Row> frame, Broadcast<byte[]> sent) {
        this.frame = frame;
        this.sent = sent;
    }

    public static Predictions of(SparkSession spark, TrainedModel model, Table table, Layout layout) {
        StructType input = table.frame().schema();
        List<Integer> kept = kept(input, table, layout);
        StructType output = new StructType();
        for (int column : kept) {
            output = output.add(input.fields()[column]);
        }
        List<StructField> added = added(model, layout);
        requireNew(added, output, table);
        for (StructField field : added) {
            output = output.add(field);
        }
        RowEncoder encoder =
                RowEncoder.of(table, model.encoding(), model.network().precision());
        Broadcast<byte[]> sent = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(Forward.of(model).toBytes());
        Answers answers = new Answers(
                sent,
                kept.stream().mapToInt(Integer::intValue).toArray(),
                model.encoding().labels().map(Predictions::values).orElse(new Object[0]),
                model.isAutoencoder(),
                layout);
        JavaRDD<Row> rows = table.frame().toJavaRDD().mapPartitions(part -> answers.answer(encoder.encode(part)));
        return new Predictions(spark.createDataFrame(rows, output), sent);
    }

    /** Spark does not tell upper from lower case in the names of columns. */
    private static void requireNew(List<StructField> added, StructType input, Table table) {
        Set<String> theirs = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        theirs.addAll(List.of(input.fieldNames()));
        Set<String> ours = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (StructField field : added) {
            if (theirs.contains(field.name())) {
                throw new BadInput(
                        "Cannot add column '%s' to %s: it has one. Remedy: --id-column COLUMN, which keeps that column only"
                                .formatted(field.name(), table.name()));
            }
            if (!ours.add(field.name())) {
                throw new BadInput(
                        "Cannot add column '%s' to %s: another class's differs in upper and lower case only. Remedy: --output-format parquet"
                                .formatted(field.name(), table.name()));
            }
        }
    }

    private static List<Integer> kept(StructType input, Table table, Layout layout) {
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < input.length(); i++) {
            StructField field = input.fields()[i];
            boolean wanted = layout.only().map(field.name()::equalsIgnoreCase).orElse(!layout.flat() || isPlain(field));
            if (wanted) {
                kept.add(i);
            }
        }
        if (layout.only().isPresent() && kept.size() != 1) {
            throw new BadInput("Cannot find the id column '%s' in %s: it has the columns %s"
                    .formatted(layout.only().get(), table.name(), String.join(", ", input.fieldNames())));
        }
        return kept;
    }

    private static boolean isPlain(StructField field) {
        DataType type = field.dataType();
        return !(type instanceof BinaryType
                || type instanceof ArrayType
                || type instanceof MapType
                || type instanceof StructType
                || type instanceof UserDefinedType<?>);
    }

    private static List<StructField> added(TrainedModel model, Layout layout) {
        ArrayType numbers = DataTypes.createArrayType(DataTypes.DoubleType, false);
        List<StructField> added = new ArrayList<>();
        if (model.isAutoencoder()) {
            added.add(DataTypes.createStructField("loss", DataTypes.DoubleType, false));
            if (layout.codes()) {
                added.add(DataTypes.createStructField("codes", numbers, false));
            }
            return added;
        }
        if (model.encoding().labels().isEmpty()) {
            added.add(DataTypes.createStructField("prediction", DataTypes.DoubleType, false));
            return added;
        }
        LabelEncoding labels = model.encoding().labels().get();
        added.add(DataTypes.createStructField("prediction", type(labels), false));
        if (layout.flat()) {
            labels.classes()
                    .forEach(name ->
                            added.add(DataTypes.createStructField("probability_" + name, DataTypes.DoubleType, false)));
        } else {
            added.add(DataTypes.createStructField("probability", numbers, false));
        }
        return added;
    }

    /** What classes are written as: whole numbers, numbers or strings, as they were in the training table. */
    private static DataType type(LabelEncoding labels) {
        if (!labels.numeric()) {
            return DataTypes.StringType;
        }
        return labels.classes().stream().allMatch(name -> name.matches("-?\\d{1,18}"))
                ? DataTypes.LongType
                : DataTypes.DoubleType;
    }

    private static Object[] values(LabelEncoding labels) {
        DataType type = type(labels);
        Function<String, Object> parse = name -> name;
        if (type.equals(DataTypes.LongType)) {
            parse = Long::valueOf;
        } else if (type.equals(DataTypes.DoubleType)) {
            parse = Double::valueOf;
        }
        return labels.classes().stream().map(parse).toArray();
    }

    /** The table with its answers: lazy, so each use computes them. */
    public Dataset<Row> frame() {
        return frame;
    }

    @Override
    public void close() {
        sent.destroy();
    }

    /** What a task does with the blocks of its partition. */
    private record Answers(
            Broadcast<byte[]> sent, int[] kept, Object[] classes, boolean autoencoder, boolean flat, boolean codes)
            implements java.io.Serializable {

        Answers(Broadcast<byte[]> sent, int[] kept, Object[] classes, boolean autoencoder, Layout layout) {
            this(sent, kept, classes, autoencoder, layout.flat(), layout.codes());
        }

        Iterator<Row> answer(Iterator<RowEncoder.EncodedRows> blocks) {
            Forward forward = Forward.fromBytes(sent.value());
            return new Iterator<>() {
                private Iterator<Row> ready = List.<Row>of().iterator();

                @Override
                public boolean hasNext() {
                    while (!ready.hasNext() && blocks.hasNext()) {
                        ready = block(forward, blocks.next()).iterator();
                    }
                    return ready.hasNext();
                }

                @Override
                public Row next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    return ready.next();
                }
            };
        }

        private List<Row> block(Forward forward, RowEncoder.EncodedRows block) {
            if (!block.bad().isEmpty()) {
                throw new IllegalArgumentException(
                        "Cannot predict for row %s: a feature or its offset is not a finite number"
                                .formatted(block.rows().get(block.bad().get(0))));
            }
            List<Row> answers = new ArrayList<>();
            if (autoencoder) {
                double[] losses = forward.reconstructionLosses(block.batch());
                for (int i = 0; i < losses.length; i++) {
                    List<Object> values = values(block.rows().get(i));
                    values.add(losses[i]);
                    if (codes) {
                        Matrix hidden = forward.codes();
                        values.add(numbers(hidden, i, hidden.cols() - 1));
                    }
                    answers.add(RowFactory.create(values.toArray()));
                }
                return answers;
            }
            Matrix mean = forward.mean(block.batch());
            for (int i = 0; i < mean.rows(); i++) {
                List<Object> values = values(block.rows().get(i));
                if (classes.length == 0) {
                    values.add(mean.get(i, 0));
                    answers.add(RowFactory.create(values.toArray()));
                    continue;
                }
                values.add(classes[Forward.predicted(mean, i)]);
                double[] probabilities = mean.cols() == 1
                        ? new double[] {1 - mean.get(i, 0), mean.get(i, 0)}
                        : numbers(mean, i, mean.cols());
                if (flat) {
                    for (double probability : probabilities) {
                        values.add(probability);
                    }
                } else {
                    values.add(probabilities);
                }
                answers.add(RowFactory.create(values.toArray()));
            }
            return answers;
        }

        private List<Object> values(Row row) {
            List<Object> values = new ArrayList<>();
            for (int column : kept) {
                values.add(row.get(column));
            }
            return values;
        }

        private static double[] numbers(Matrix matrix, int row, int count) {
            double[] numbers = new double[count];
            for (int j = 0; j < count; j++) {
                numbers[j] = matrix.get(row, j);
            }
            return numbers;
        }
    }
}
