package io.kfac.spark.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/**
 * The statistics pass over one partition. Returns a serialised {@link PartitionStatistics}, problems included; throws
 * nothing of its own.
 */
final class StatisticsTask extends AbstractFunction2<TaskContext, Iterator<InternalRow>, byte[]>
        implements Serializable {
    private static final long serialVersionUID = 1L;

    private final boolean readsFiles;
    private final RowNumber weights;
    private final RowNumber offsets;
    private final IdReader[] ids;
    private final String idColumn;
    private final byte[] probes;
    private final HeldOutRows[] heldOut;

    /** Which rows are held out. */
    record HeldOutRows(RowIds ids, HoldOut holdOut) implements Serializable {}

    StatisticsTask(
            boolean readsFiles,
            RowNumber weights,
            RowNumber offsets,
            Optional<String> idColumn,
            Optional<IdReader> ids,
            List<ColumnProbe> probes,
            Optional<HeldOutRows> heldOut) {
        this.readsFiles = readsFiles;
        this.weights = weights;
        this.offsets = offsets;
        this.idColumn = idColumn.orElse("");
        this.ids = ids.stream().toArray(IdReader[]::new);
        this.probes = Portable.toBytes(new ArrayList<>(probes));
        this.heldOut = heldOut.stream().toArray(HeldOutRows[]::new);
    }

    @Override
    public byte[] apply(TaskContext context, Iterator<InternalRow> rows) {
        int partition = context.partitionId();
        SegmentTracker tracker = new SegmentTracker(readsFiles);
        Findings findings = new Findings(partition, tracker);
        List<ColumnProbe> mine = new ArrayList<>();
        for (Object probe : Portable.fromBytes(probes, List.class)) {
            mine.add((ColumnProbe) probe);
        }
        ColumnProbe[] loop = mine.toArray(new ColumnProbe[0]);
        RowTotals training = new RowTotals();
        RowTotals other = new RowTotals();
        while (rows.hasNext()) {
            InternalRow row = rows.next();
            tracker.advance();
            double weight = weights.readChecked(row, findings);
            double offset = offsets.readChecked(row, findings);
            if (ids.length > 0 && ids[0].isMissing(row)) {
                findings.report(Problem.Kind.MISSING_ID, idColumn, "null");
            }
            boolean counts = heldOut.length == 0
                    || !heldOut[0].holdOut().holds(heldOut[0].ids().id(row, partition, tracker));
            (counts ? training : other).add(weight, offset);
            for (ColumnProbe probe : loop) {
                probe.add(row, weight, counts, findings);
            }
        }
        mine.forEach(ColumnProbe::finish);
        List<Problem> problem = findings.first().stream().toList();
        return Portable.toBytes(new PartitionStatistics(tracker.segments(), training, other, mine, problem));
    }
}
