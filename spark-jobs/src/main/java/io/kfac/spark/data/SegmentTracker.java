package io.kfac.spark.data;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.rdd.InputFileBlockHolder;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Notes, row by row of a task, which part of which file the row is from. The same rows give the same segments in every
 * pass.
 */
final class SegmentTracker {
    private final boolean readsFiles;
    private final List<Segment> done = new ArrayList<>();
    private UTF8String file = UTF8String.EMPTY_UTF8;
    private long start;
    private long rows;
    private long place;

    SegmentTracker(boolean readsFiles) {
        this.readsFiles = readsFiles;
    }

    /** Call once after each {@code next()} of the task's rows. */
    @SuppressWarnings("ReferenceEquality")
    void advance() {
        if (readsFiles) {
            UTF8String now = InputFileBlockHolder.getInputFilePath();
            // Spark sets a new object for each part of a file: no need to compare text for every row.
            if (now != file || InputFileBlockHolder.getStartOffset() != start) {
                startSegment(now);
            }
        }
        rows++;
    }

    private void startSegment(UTF8String now) {
        if (rows > 0) {
            done.add(new Segment(file.toString(), start, rows));
        }
        file = now;
        start = InputFileBlockHolder.getStartOffset();
        rows = 0;
    }

    /** Number of the current row's segment. */
    int segment() {
        return done.size();
    }

    /** Position of the current row in its segment. */
    long position() {
        return rows - 1;
    }

    /** A hash of where the current row's segment begins. @param elsewhere for rows that are not from files */
    long place(long elsewhere) {
        if (readsFiles && rows == 1) {
            place = RowHash.mix(file.toString().hashCode() + RowHash.mix(start));
        }
        return readsFiles ? place : elsewhere;
    }

    /** All segments, the current one included; the sum of their rows is the task's. */
    List<Segment> segments() {
        List<Segment> all = new ArrayList<>(done);
        if (rows > 0) {
            all.add(new Segment(file.toString(), start, rows));
        }
        return all;
    }
}
