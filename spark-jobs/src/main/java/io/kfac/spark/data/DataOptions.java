package io.kfac.spark.data;

/** Everything about turning a table into blocks. */
public record DataOptions(Target target, Columns columns, EncodingOptions encoding, BlockOptions blocks) {

    /** Classes in column "label", all other columns features, standardised float blocks. */
    public static DataOptions defaults() {
        return new DataOptions(
                new Target.ClassLabel(java.util.Optional.empty()),
                Columns.all(),
                EncodingOptions.defaults(),
                BlockOptions.defaults());
    }

    public static DataOptions forLabel(String column) {
        return defaults().with(Target.label(column));
    }

    public DataOptions with(Target other) {
        return new DataOptions(other, columns, encoding, blocks);
    }

    public DataOptions with(Columns other) {
        return new DataOptions(target, other, encoding, blocks);
    }

    public DataOptions with(EncodingOptions other) {
        return new DataOptions(target, columns, other, blocks);
    }

    public DataOptions with(BlockOptions other) {
        return new DataOptions(target, columns, encoding, other);
    }
}
