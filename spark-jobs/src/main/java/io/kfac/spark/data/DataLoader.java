package io.kfac.spark.data;

import io.kfac.spark.data.BlockLayout.TargetKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.types.DataType;

/** Two passes over a table, statistics and blocks, and what is decided between them. */
final class DataLoader {
    private final Table table;
    private final DataOptions options;
    private final SparkContext context;
    private final long started = System.nanoTime();

    DataLoader(Table table, DataOptions options) {
        this.table = table;
        this.options = options;
        this.context = table.frame().sparkSession().sparkContext();
    }

    TrainingData train() {
        return infer(Optional.empty())[0];
    }

    TrainingData.Split split(HoldOut holdOut) {
        TrainingData[] parts = infer(Optional.of(holdOut));
        return new TrainingData.Split(parts[0], parts[1]);
    }

    /** Everything between reading the schema and cached blocks, for rows whose encoding is to be found out. */
    private TrainingData[] infer(Optional<HoldOut> holdOut) {
        TableLayout layout = TableLayout.infer(table, options);
        return withSource(layout, source -> {
            TableStatistics statistics = statistics(source, layout, Probes.toInfer(source, layout, options), holdOut);
            if (holdOut.isPresent() && statistics.heldOut().rows() == 0) {
                throw new BadInput(
                        "Cannot hold out %s of the %d rows of %s: none would be left to test on. Remedy: --test-data"
                                .formatted(holdOut.get().fraction(), statistics.rows(), table.name()));
            }
            EncodingInference.Inferred inferred = EncodingInference.infer(table.name(), layout, options, statistics);
            int width = inferred.encoding().width();
            boolean sparse = StorageChoice.sparse(options.blocks(), width, inferred.density());
            Standardization standardization = options.encoding().standardize()
                    // Without an intercept, a shift of the features would change the model.
                    ? new Standardization(
                            inferred.means(),
                            inferred.sigmas(),
                            !sparse && options.blocks().intercept())
                    : Standardization.none(width);
            DataEncoding encoding = new DataEncoding(
                    inferred.encoding(),
                    classes(statistics),
                    options.target() instanceof Target.Value value ? Optional.of(value.column()) : Optional.empty(),
                    standardization,
                    options.blocks().intercept(),
                    layout.offset());
            return blocks(source, layout, statistics, encoding, inferred, sparse, holdOut);
        });
    }

    private Optional<LabelEncoding> classes(TableStatistics statistics) {
        return options.target() instanceof Target.ClassLabel target
                ? statistics.label().map(label -> LabelInference.infer(table.name(), label, target.single()))
                : Optional.empty();
    }

    /** What the table's blocks will be like, from the statistics pass alone. */
    DataSummary inspect() {
        TableLayout layout = TableLayout.infer(table, options);
        return withSource(layout, source -> {
            TableStatistics statistics =
                    statistics(source, layout, Probes.toInfer(source, layout, options), Optional.empty());
            source.close();
            EncodingInference.Inferred inferred = EncodingInference.infer(table.name(), layout, options, statistics);
            int width = inferred.encoding().width();
            boolean sparse = StorageChoice.sparse(options.blocks(), width, inferred.density());
            double rowBytes = StorageChoice.rowBytes(options.blocks(), width, inferred.density(), sparse);
            int classes =
                    classes(statistics).map(labels -> labels.classes().size()).orElse(0);
            return new DataSummary(
                    statistics.rows(),
                    statistics.training().weight(),
                    width,
                    classes,
                    inferred.density(),
                    sparse ? Storage.SPARSE : Storage.DENSE,
                    options.blocks().precision(),
                    partitions(statistics.rows()),
                    (long) (rowBytes * statistics.rows()),
                    0,
                    layout.ignored(),
                    (System.nanoTime() - started) / 1e9);
        });
    }

    /** Blocks of a table whose encoding is a model's. */
    TrainingData encode(DataEncoding encoding) {
        TableLayout layout = TableLayout.of(table, options, encoding, !(options.target() instanceof Target.Inputs));
        return withSource(layout, source -> {
            TableStatistics statistics = checked(source, layout, encoding);
            double density = EncodingInference.density(statistics, encoding.features());
            EncodingInference.Inferred as = new EncodingInference.Inferred(
                    encoding.features(),
                    encoding.standardization().mean(),
                    encoding.standardization().sigma(),
                    density);
            boolean sparse = !encoding.standardization().centered()
                    && StorageChoice.sparse(
                            options.blocks(), encoding.features().width(), density);
            return blocks(source, layout, statistics, encoding, as, sparse, Optional.empty());
        })[0];
    }

    /** The statistics pass alone. @return rows */
    long check(DataEncoding encoding, boolean labelled) {
        TableLayout layout = TableLayout.of(table, options, encoding, labelled);
        return withSource(layout, source -> {
            long rows = checked(source, layout, encoding).rows();
            source.close();
            return rows;
        });
    }

    private TableStatistics checked(SourceRows source, TableLayout layout, DataEncoding encoding) {
        TableStatistics statistics = statistics(
                source,
                layout,
                Probes.toCheck(source, layout, encoding, options.target(), table.sparseWidth()),
                Optional.empty());
        encoding.labels()
                .ifPresent(labels ->
                        statistics.label().ifPresent(found -> LabelInference.check(table.name(), found, labels)));
        return statistics;
    }

    private <T> T withSource(TableLayout layout, java.util.function.Function<SourceRows, T> passes) {
        SourceRows source = SourceRows.of(table, layout.columns());
        try {
            return passes.apply(source);
        } catch (Throwable e) { // undeclared checked exceptions of Spark's included
            source.close();
            throw ReadFailures.explain(e, table.name());
        }
    }

    private TableStatistics statistics(
            SourceRows source, TableLayout layout, List<TableStatistics.ProbeSlot> probes, Optional<HoldOut> holdOut) {
        try (JobLabel unused = new JobLabel(context, "K-FAC data: statistics")) {
            return new StatisticsPass(source, layout).run(probes, holdOut);
        }
    }

    private TrainingData[] blocks(
            SourceRows source,
            TableLayout layout,
            TableStatistics statistics,
            DataEncoding encoding,
            EncodingInference.Inferred inferred,
            boolean sparse,
            Optional<HoldOut> holdOut) {
        StatisticsPass pass = new StatisticsPass(source, layout);
        RowNumber weights = pass.weights();
        RowNumber offsets = pass.offsets();
        int width = encoding.features().width();
        BlockLayout blockLayout = new BlockLayout(
                width,
                options.blocks().precision(),
                encoding.intercept(),
                sparse,
                weights.isColumn(),
                offsets.isColumn(),
                targetKind(),
                options.blocks().rows());
        int partitions = partitions(statistics.rows());
        RowWriter writer = new RowWriter(
                RowIds.of(pass.idColumn(), statistics.numbering()),
                weights,
                offsets,
                labels(source, layout, encoding),
                FeatureDecoder.of(source.schema(), layout.features(), encoding, table.name()),
                blockLayout,
                holdOut);
        double rowBytes = StorageChoice.rowBytes(options.blocks(), width, inferred.density(), sparse);
        BlockPass.Blocks blocks;
        try (JobLabel unused = new JobLabel(context, "K-FAC data: blocks")) {
            BlockPass blockPass = new BlockPass(source, writer);
            blocks = inPlace(statistics, partitions)
                    .map(groups ->
                            blockPass.inPlace(groups, statistics.numbering().partitionRows()))
                    .orElseGet(() -> blockPass.spread(partitions, rowBytes));
        }
        RowTotals[] totals = holdOut.isPresent()
                ? new RowTotals[] {statistics.training(), statistics.heldOut()}
                : new RowTotals[] {statistics.training()};
        SharedCache cache = new SharedCache(blocks.cached(), source, totals.length);
        TrainingData[] parts = new TrainingData[totals.length];
        for (int part = 0; part < parts.length; part++) {
            requireSameRows(cache, totals[part].rows(), blocks.rows()[part]);
            DataSummary summary = new DataSummary(
                    blocks.rows()[part],
                    totals[part].weight(),
                    width,
                    encoding.labels().map(labels -> labels.classes().size()).orElse(0),
                    inferred.density(),
                    sparse ? Storage.SPARSE : Storage.DENSE,
                    options.blocks().precision(),
                    partitions,
                    blocks.bytes()[part],
                    unseen(statistics, encoding.features()),
                    layout.ignored(),
                    (System.nanoTime() - started) / 1e9);
            parts[part] = new TrainingData(
                    cache, part, summary, encoding, statistics.target(), inferred.means(), inferred.sigmas());
        }
        return parts;
    }

    /** Rows need not move where the table's partitions are already what spreading would make of them. */
    private Optional<PartitionGroups> inPlace(TableStatistics statistics, int partitions) {
        return options.blocks().partitions() == 0 && statistics.alike()
                ? PartitionGroups.of(statistics.numbering().partitionRows(), partitions)
                : Optional.empty();
    }

    private static long unseen(TableStatistics statistics, FeatureEncoding features) {
        long unseen = 0;
        for (ColumnEncoding column : features.columns()) {
            if (column instanceof ColumnEncoding.OneHot oneHot
                    && statistics.texts().containsKey(column.column())) {
                DistinctValues found = statistics.texts().get(column.column()).values();
                unseen += found.beyond();
                for (Map.Entry<String, DistinctValues.Count> entry :
                        found.counts().entrySet()) {
                    unseen += oneHot.categories().contains(entry.getKey()) ? 0 : entry.getValue().rows;
                }
            }
        }
        return unseen;
    }

    private void requireSameRows(SharedCache cache, long expected, long found) {
        if (expected != found) {
            cache.blocks().unpersist(false);
            throw new BadInput(("Cannot use %s: it gave %d rows when read first and %d when read again."
                            + " Remedy: write it to files first")
                    .formatted(table.name(), expected, found));
        }
    }

    private TargetKind targetKind() {
        if (options.target() instanceof Target.ClassLabel) {
            return TargetKind.CLASSES;
        }
        return options.target() instanceof Target.Value ? TargetKind.VALUES : TargetKind.INPUTS;
    }

    private Optional<LabelReader> labels(SourceRows source, TableLayout layout, DataEncoding encoding) {
        if (targetKind() == TargetKind.INPUTS) {
            return Optional.empty();
        }
        String column = layout.target().orElseThrow();
        int ordinal = source.schema().fieldIndex(column);
        DataType type = source.schema().apply(column).dataType();
        return Optional.of(encoding.labels()
                .map(labels -> LabelReader.of(ordinal, type, labels))
                .orElseGet(() -> LabelReader.ofValue(ordinal, type)));
    }

    private int partitions(long rows) {
        int asked = options.blocks().partitions();
        return asked > 0 ? asked : BlockOptions.partitions(rows, context.defaultParallelism());
    }
}
