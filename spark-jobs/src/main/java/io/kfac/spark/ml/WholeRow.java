package io.kfac.spark.ml;

import java.io.Serializable;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.ObjectType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** Some columns as one of Spark's own rows, as it came where they are all of it: nothing is copied. The row is reused for the next. */
final class WholeRow extends Expression implements CodegenFallback, Serializable {
    private static final long serialVersionUID = 1L;

    private final Seq<Expression> columns;
    private transient UnsafeProjection projection;
    private transient boolean asItCame;

    WholeRow(Seq<Expression> columns) {
        this.columns = columns;
    }

    @Override
    public Object eval(InternalRow input) {
        if (projection == null) {
            projection = UnsafeProjection.create(columns);
            asItCame = IntStream.range(0, columns.size())
                    .allMatch(i -> columns.apply(i) instanceof BoundReference column && column.ordinal() == i);
        }
        return asItCame && input instanceof UnsafeRow row && row.numFields() == columns.size()
                ? row
                : projection.apply(input);
    }

    @Override
    public ExprCode doGenCode(CodegenContext context, ExprCode code) {
        return CodegenFallback.super.doGenCode(context, code);
    }

    @Override
    public DataType dataType() {
        return new ObjectType(InternalRow.class);
    }

    @Override
    public boolean nullable() {
        return false;
    }

    @Override
    public Seq<Expression> children() {
        return columns;
    }

    @Override
    public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
        return new WholeRow(children);
    }

    @Override
    public int productArity() {
        return 1;
    }

    @Override
    public Object productElement(int index) {
        return columns;
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof WholeRow;
    }
}
