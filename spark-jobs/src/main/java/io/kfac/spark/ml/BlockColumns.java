package io.kfac.spark.ml;

import io.kfac.batch.MiniBatch;
import io.kfac.spark.data.RowEncoder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.plans.logical.DeserializeToObject;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MapPartitions;
import org.apache.spark.sql.catalyst.plans.logical.SerializeFromObject;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * New columns of a table that are computed a block of rows at a time, at the speed of matrix products. It is {@code mapPartitions}
 * on Spark's own rows: lazy, good for streams, and no row becomes an object. Columns that were there keep their identity, so that
 * expressions made from the table still mean them.
 */
final class BlockColumns {
    /** Features of a block, about: they and their rows stay in a core's cache. */
    private static final int BLOCK_BYTES = 1 << 19;

    private static final int LEAST_ROWS = 64;
    private static final int MOST_ROWS = 4_096;

    private BlockColumns() {}

    /** What the new columns hold. */
    interface Answers extends Serializable {
        /** Called once a task. */
        RowAnswers start();
    }

    /** One task's answers. */
    interface RowAnswers {
        /** Takes in the rows of a block. */
        void take(MiniBatch block);

        /** Values of the new columns for a row of the block, in Spark's own types. */
        Object[] row(int index);
    }

    /** A vector column's value. */
    static InternalRow vector(double[] values) {
        byte dense = 1;
        return new GenericInternalRow(new Object[] {dense, null, null, UnsafeArrayData.fromPrimitiveArray(values)});
    }

    /**
     * @param features column of vectors
     * @param width    entries that a vector must have
     * @param encoder  of rows of the table's schema
     */
    static Dataset<Row> append(
            Dataset<?> dataset,
            List<StructField> added,
            RowEncoder encoder,
            String features,
            int width,
            Answers answers) {
        var table = (org.apache.spark.sql.classic.Dataset<?>) dataset;
        LogicalPlan child = table.logicalPlan();
        List<Attribute> kept = CollectionConverters.asJava(child.output());
        StructType schema = table.schema();
        StructType all = schema;
        for (StructField field : added) {
            all = all.add(field);
        }
        Expression row = new WholeRow(seq(new ArrayList<Expression>(kept)));
        Blocks blocks = new Blocks(encoder, answers, features, schema.fieldIndex(features), width);
        LogicalPlan mapped = new MapPartitions(
                blocks, object("answers", all), new DeserializeToObject(row, object("row", row.dataType()), child));
        List<NamedExpression> columns = new ArrayList<>();
        for (int i = 0; i < all.length(); i++) {
            columns.add(column(all, i, i < kept.size() ? Option.apply(kept.get(i)) : Option.empty()));
        }
        LogicalPlan plan = new SerializeFromObject(seq(columns), mapped);
        return org.apache.spark.sql.classic.Dataset.ofRows(table.sparkSession(), plan);
    }

    private static Alias column(StructType all, int index, Option<Attribute> from) {
        StructField field = all.fields()[index];
        Expression value = new GetStructField(new BoundReference(0, all, false), index, Option.apply(field.name()));
        ExprId id = from.isDefined() ? from.get().exprId() : NamedExpression.newExprId();
        Seq<String> qualifier = from.isDefined() ? from.get().qualifier() : seq(List.of());
        return new Alias(value, field.name(), id, qualifier, Option.apply(field.metadata()), seq(List.of()));
    }

    private static Attribute object(String name, DataType type) {
        return new AttributeReference(name, type, false, Metadata.empty(), NamedExpression.newExprId(), seq(List.of()));
    }

    private static <T> Seq<T> seq(List<T> list) {
        return CollectionConverters.asScala(list).toSeq();
    }

    /** What a task does with the rows of its partition. */
    private static final class Blocks
            extends AbstractFunction1<scala.collection.Iterator<Object>, scala.collection.Iterator<Object>>
            implements Serializable {
        private static final long serialVersionUID = 1L;

        private final RowEncoder encoder;
        private final Answers answers;
        private final String features;
        private final int ordinal;
        private final int width;

        Blocks(RowEncoder encoder, Answers answers, String features, int ordinal, int width) {
            this.encoder = encoder;
            this.answers = answers;
            this.features = features;
            this.ordinal = ordinal;
            this.width = width;
        }

        @Override
        public scala.collection.Iterator<Object> apply(scala.collection.Iterator<Object> rows) {
            return CollectionConverters.asScala(new Answered(this, rows));
        }

        private void check(InternalRow row) {
            if (row.isNullAt(ordinal)) {
                throw new IllegalArgumentException(Messages.missing(features));
            }
            InternalRow vector = row.getStruct(ordinal, 4);
            int size = vector.getByte(0) == 0
                    ? vector.getInt(1)
                    : vector.getArray(3).numElements();
            if (size != width) {
                throw new IllegalArgumentException(Messages.size(size, width));
            }
        }
    }

    /** Rows with their answers, a block ahead of whoever asks. */
    private static final class Answered implements Iterator<Object> {
        private final Blocks blocks;
        private final scala.collection.Iterator<Object> rows;
        private final RowAnswers answers;
        private final int most;
        private final RowArena block = new RowArena();
        private final JoinedRow joined = new JoinedRow();
        private int next;

        Answered(Blocks blocks, scala.collection.Iterator<Object> rows) {
            this.blocks = blocks;
            this.rows = rows;
            this.answers = blocks.answers.start();
            this.most = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, BLOCK_BYTES / (Double.BYTES * blocks.width + 1)));
        }

        @Override
        public boolean hasNext() {
            return next < block.size() || rows.hasNext();
        }

        @Override
        public Object next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (next == block.size()) {
                fill();
            }
            InternalRow row = block.get(next);
            return joined.apply(row, new GenericInternalRow(answers.row(next++)));
        }

        private void fill() {
            block.clear();
            next = 0;
            while (block.size() < most && rows.hasNext()) {
                blocks.check(block.add((InternalRow) rows.next()));
            }
            answers.take(blocks.encoder.batch(block.rows()));
        }
    }
}
