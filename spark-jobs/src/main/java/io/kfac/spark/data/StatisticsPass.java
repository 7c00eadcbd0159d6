package io.kfac.spark.data;

import io.kfac.spark.data.TableStatistics.ProbeSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import scala.reflect.ClassTag$;

/**
 * One pass over a table that finds all that must be known before its rows can become blocks, and refuses what cannot be
 * used.
 */
final class StatisticsPass {
    private final SourceRows source;
    private final TableLayout layout;

    StatisticsPass(SourceRows source, TableLayout layout) {
        this.source = source;
        this.layout = layout;
    }

    /** The row ids of the table's id column, if it has one. */
    Optional<IdReader> idColumn() {
        return layout.id().map(column -> {
            DataType type = source.schema().apply(column).dataType();
            return IdReader.of(source.schema().fieldIndex(column), type)
                    .orElseThrow(() ->
                            new BadInput("Cannot use id column '%s' of %s: its type is %s, not whole numbers or strings"
                                    .formatted(column, source.name(), type.simpleString())));
        });
    }

    RowNumber weights() {
        return RowNumber.of(RowNumber.Role.WEIGHT, layout.weight(), source.schema(), source.name());
    }

    RowNumber offsets() {
        return RowNumber.of(RowNumber.Role.OFFSET, layout.offset(), source.schema(), source.name());
    }

    /**
     * @param slots   what to find out
     * @param holdOut rows whose values must not leak into means and categories
     */
    TableStatistics run(List<ProbeSlot> slots, Optional<HoldOut> holdOut) {
        Optional<StatisticsTask.HeldOutRows> heldOut = holdOut.map(rows -> new StatisticsTask.HeldOutRows(
                idColumn().isPresent() ? RowIds.of(idColumn(), new RowNumbering(List.of())) : positions(), rows));
        List<ColumnProbe> probes = slots.stream().map(ProbeSlot::probe).toList();
        byte[][] collected = collect(probes, heldOut);
        List<PartitionStatistics> parts = decode(collected);
        RowNumbering numbering = new RowNumbering(
                parts.stream().map(PartitionStatistics::segments).toList());
        refuse(parts, numbering);
        // Merging changes the first.
        return merge(slots, Portable.fromBytes(collected[0], PartitionStatistics.class), parts, numbering);
    }

    /** Positions in file order depend on how many rows come before: known only after a pass that counts. */
    private RowIds positions() {
        List<PartitionStatistics> counted = decode(collect(List.of(), Optional.empty()));
        return RowIds.of(
                Optional.empty(),
                new RowNumbering(
                        counted.stream().map(PartitionStatistics::segments).toList()));
    }

    /** Of each partition of the table, in order. */
    private byte[][] collect(List<ColumnProbe> probes, Optional<StatisticsTask.HeldOutRows> heldOut) {
        StatisticsTask task =
                new StatisticsTask(source.readsFiles(), weights(), offsets(), layout.id(), idColumn(), probes, heldOut);
        RDD<InternalRow> rows = source.rows().rdd();
        return (byte[][]) rows.context().runJob(rows, task, ClassTag$.MODULE$.<byte[]>apply(byte[].class));
    }

    private static List<PartitionStatistics> decode(byte[][] parts) {
        return Arrays.stream(parts)
                .map(bytes -> Portable.fromBytes(bytes, PartitionStatistics.class))
                .toList();
    }

    private void refuse(List<PartitionStatistics> parts, RowNumbering numbering) {
        parts.stream()
                .flatMap(part -> part.problem().stream())
                .min(Comparator.comparingLong(problem -> numbering.id(problem.at())))
                .ifPresent(problem -> {
                    throw problem.toBadInput(numbering.describe(problem.at(), source.name()));
                });
        if (numbering.rows() == 0) {
            throw new BadInput("Cannot use %s: it has no rows".formatted(source.name()));
        }
        refuseDifferentSizes(parts, numbering);
    }

    /** Within a partition the probe compares with the partition's first row. */
    private void refuseDifferentSizes(List<PartitionStatistics> parts, RowNumbering numbering) {
        for (int k = 0; k < parts.get(0).probes().size(); k++) {
            int size = -1;
            for (int p = 0; p < parts.size(); p++) {
                if (parts.get(p).probes().get(k) instanceof VectorProbe probe && probe.size() >= 0) {
                    if (size >= 0 && probe.size() != size) {
                        throw new Problem(
                                        Problem.Kind.VECTOR_SIZE,
                                        probe.sizeSeenAt(p),
                                        probe.name(),
                                        "%d features, expected %d,".formatted(probe.size(), size))
                                .toBadInput(numbering.describe(probe.sizeSeenAt(p), source.name()));
                    }
                    size = probe.size();
                }
            }
        }
    }

    private TableStatistics merge(
            List<ProbeSlot> slots, PartitionStatistics first, List<PartitionStatistics> parts, RowNumbering numbering) {
        for (PartitionStatistics part : parts.subList(1, parts.size())) {
            first.training().merge(part.training());
            first.heldOut().merge(part.heldOut());
            for (int k = 0; k < slots.size(); k++) {
                first.probes().get(k).merge(part.probes().get(k));
            }
        }
        if (first.training().rows() == 0) {
            throw new BadInput("Cannot train on %s: all of its %d rows are held out for testing"
                    .formatted(source.name(), numbering.rows()));
        }
        if (!(first.training().weight() > 0)) {
            throw new BadInput("Cannot use weight column '%s' of %s: all weights are zero"
                    .formatted(layout.weight().orElse(""), source.name()));
        }
        List<ProbeSlot> filled = new ArrayList<>();
        for (int k = 0; k < slots.size(); k++) {
            filled.add(new ProbeSlot(slots.get(k).column(), first.probes().get(k)));
        }
        boolean alike = parts.stream().allMatch(part -> part.resembles(first));
        return TableStatistics.of(numbering, first.training(), first.heldOut(), alike, filled);
    }
}
