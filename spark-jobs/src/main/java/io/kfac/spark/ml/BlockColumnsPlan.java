package io.kfac.spark.ml;

import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * {@link BlockColumns} in Spark's logical plan: the child's columns and the new ones. To Spark's optimizer it is an operator that needs
 * its inputs only, so that other columns which nobody asks for are not read. Public, with a public constructor of its parts in order:
 * Spark copies plans by reflection.
 */
public final class BlockColumnsPlan extends LogicalPlan {
    private static final long serialVersionUID = 1L;

    private final Seq<Attribute> inputs;
    private final Seq<Attribute> added;
    private final BlockColumns columns;
    private final LogicalPlan child;

    /**
     * @param inputs columns of the child that rows are encoded from, as {@link BlockColumns#inputs} names them
     * @param added  the new columns
     */
    public BlockColumnsPlan(Seq<Attribute> inputs, Seq<Attribute> added, BlockColumns columns, LogicalPlan child) {
        this.inputs = inputs;
        this.added = added;
        this.columns = columns;
        this.child = child;
    }

    Seq<Attribute> inputs() {
        return inputs;
    }

    Seq<Attribute> added() {
        return added;
    }

    BlockColumns columns() {
        return columns;
    }

    LogicalPlan child() {
        return child;
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
    public Seq<LogicalPlan> children() {
        return BlockColumns.seq(java.util.List.of(child));
    }

    @Override
    public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
        return new BlockColumnsPlan(inputs, added, columns, children.head());
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
        return other instanceof BlockColumnsPlan;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlockColumnsPlan that
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
