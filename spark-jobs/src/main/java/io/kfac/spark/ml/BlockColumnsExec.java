package io.kfac.spark.ml;

import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/** {@link BlockColumns} in Spark's physical plan. Rows stay where and in the order they are. Public for Spark's copies by reflection. */
public final class BlockColumnsExec extends SparkPlan {
    private static final long serialVersionUID = 1L;

    private final Seq<Attribute> inputs;
    private final Seq<Attribute> added;
    /** Of no use in tasks, to which Spark sends plans along with its own functions. */
    private final transient BlockColumns columns;

    private final SparkPlan child;

    /** @param inputs columns of the child that rows are encoded from @param added the new columns */
    public BlockColumnsExec(Seq<Attribute> inputs, Seq<Attribute> added, BlockColumns columns, SparkPlan child) {
        this.inputs = inputs;
        this.added = added;
        this.columns = columns;
        this.child = child;
    }

    @Override
    public RDD<InternalRow> doExecute() {
        List<Attribute> kept = CollectionConverters.asJava(child.output());
        List<String> names = columns.inputs();
        StructType schema = new StructType();
        for (int i = 0; i < kept.size(); i++) {
            // A table may have columns of one name, such as both sides of a join: only inputs are known by theirs.
            String name = "\u0000" + i;
            for (int k = 0; k < names.size(); k++) {
                name = inputs.apply(k).exprId().equals(kept.get(i).exprId()) ? names.get(k) : name;
            }
            schema = schema.add(name, kept.get(i).dataType(), kept.get(i).nullable());
        }
        StructType made = new StructType();
        for (Attribute attribute : CollectionConverters.asJava(added)) {
            made = made.add(attribute.name(), attribute.dataType(), false);
        }
        BlockColumnsTask task = new BlockColumnsTask(columns, schema, made);
        return child.execute().mapPartitions(task, true, ClassTag$.MODULE$.apply(InternalRow.class));
    }

    @Override
    public Seq<Attribute> output() {
        return child.output().concat(added).toSeq();
    }

    @Override
    public AttributeSet producedAttributes() {
        return BlockColumns.set(added);
    }

    @Override
    public AttributeSet references() {
        return BlockColumns.set(inputs);
    }

    @Override
    public Partitioning outputPartitioning() {
        return child.outputPartitioning();
    }

    @Override
    public Seq<SortOrder> outputOrdering() {
        return child.outputOrdering();
    }

    @Override
    public Seq<SparkPlan> children() {
        return BlockColumns.seq(List.of(child));
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return new BlockColumnsExec(inputs, added, columns, children.head());
    }

    @Override
    public int productArity() {
        return 4;
    }

    @Override
    public Object productElement(int index) {
        return switch (index) {
            case 0 -> inputs;
            case 1 -> added;
            case 2 -> columns;
            default -> child;
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof BlockColumnsExec;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlockColumnsExec that
                && inputs.equals(that.inputs)
                && added.equals(that.added)
                && columns.equals(that.columns)
                && child.equals(that.child);
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hash(inputs, added, columns, child);
    }
}
