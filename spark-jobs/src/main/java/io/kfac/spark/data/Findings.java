package io.kfac.spark.data;

import java.util.Optional;

/** Where a task is in its rows, and the first problem that it met. */
final class Findings {
    private final int partition;
    private final SegmentTracker tracker;
    private Optional<Problem> first = Optional.empty();

    Findings(int partition, SegmentTracker tracker) {
        this.partition = partition;
        this.tracker = tracker;
    }

    SegmentTracker tracker() {
        return tracker;
    }

    void report(Problem.Kind kind, String column, String value) {
        if (first.isEmpty()) {
            RowPosition at = new RowPosition(partition, tracker.segment(), tracker.position());
            first = Optional.of(new Problem(kind, at, column, value));
        }
    }

    Optional<Problem> first() {
        return first;
    }
}
