package io.kfac.spark.ml;

import io.kfac.batch.MiniBatch;
import io.kfac.spark.data.BlockEncoder;
import io.kfac.spark.data.DataEncoding;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.types.StructField;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * New columns of a table that are computed a block of rows at a time, at the speed of matrix products: an operator of our own in Spark's
 * plan, lazy, good for streams, that reads only the columns that it or its users need. No row becomes an object. Columns that were there
 * keep their identity, so that expressions made from the table still mean them.
 * @param encoding of the rows that answers are computed from
 * @param features column of vectors
 * @param width    entries that a vector must have
 */
record BlockColumns(DataEncoding encoding, String features, int width, Answers answers) {

    /** What the new columns hold. */
    interface Answers extends Serializable {
        /** The size of a column of numbers, not of vectors. */
        int NUMBER = 0;

        /** Entries of each column's vectors, or {@link #NUMBER}. */
        int[] sizes();

        /** Answers for some of the columns. */
        Answers only(boolean[] wanted);

        /** Called once a task. */
        RowAnswers start();
    }

    /** One task's answers. */
    interface RowAnswers {
        /** Takes in the rows of a block. */
        void take(MiniBatch block);

        /** Writes the answers for a row of the block. @param at of each column: where in {@code out} its number, or its first entry, goes */
        void row(int index, double[] out, int[] at);
    }

    /** As Spark shows it in plans. */
    @Override
    public String toString() {
        return "vectors of %d in blocks".formatted(width);
    }

    BlockColumns only(boolean[] wanted) {
        return new BlockColumns(encoding, features, width, answers.only(wanted));
    }

    /** Names of the columns that rows are encoded from: the features', and the offset's where there is one. */
    List<String> inputs() {
        List<String> names = new ArrayList<>(List.of(features));
        encoding.offsetColumn().ifPresent(names::add);
        return names;
    }

    /** @throws io.kfac.spark.data.BadInput if the table lacks a column that rows are encoded from */
    Dataset<Row> appendTo(Dataset<?> dataset, List<StructField> added) {
        var table = (org.apache.spark.sql.classic.Dataset<?>) dataset;
        BlockEncoder.of(table.schema(), encoding, "the table");
        BlockColumnsStrategy.register(table.sparkSession());
        LogicalPlan child = table.logicalPlan();
        List<Attribute> inputs = inputs().stream()
                .map(name -> CollectionConverters.asJava(child.output())
                        .get(table.schema().fieldIndex(name)))
                .toList();
        List<Attribute> made = added.stream().map(BlockColumns::attribute).toList();
        LogicalPlan plan = new BlockColumnsPlan(seq(inputs), seq(made), this, child);
        // Names of their own for the new columns, as in every projection: so that a table can be joined with itself.
        // Spark's optimizer
        // removes them where they are not needed.
        List<NamedExpression> columns = new ArrayList<>(CollectionConverters.asJava(child.output()));
        made.forEach(attribute -> columns.add(new Alias(
                attribute,
                attribute.name(),
                NamedExpression.newExprId(),
                seq(List.of()),
                Option.empty(),
                seq(List.of()))));
        return org.apache.spark.sql.classic.Dataset.ofRows(table.sparkSession(), new Project(seq(columns), plan));
    }

    private static Attribute attribute(StructField field) {
        return new AttributeReference(
                field.name(), field.dataType(), false, field.metadata(), NamedExpression.newExprId(), seq(List.of()));
    }

    static AttributeSet set(Seq<Attribute> attributes) {
        List<Expression> expressions = new ArrayList<>(CollectionConverters.asJava(attributes));
        return AttributeSet$.MODULE$.apply(seq(expressions));
    }

    static <T> Seq<T> seq(List<T> list) {
        return CollectionConverters.asScala(list).toSeq();
    }
}
