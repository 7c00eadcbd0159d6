package io.kfac.spark.data;

import java.util.Optional;

/** Where a task is in its rows, and the first problem that it met. */
final class Findings {
    private static final double UNIT_SLACK = 1e-6;

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

    /** Refuses what is no intensity, but for the rounding errors of whoever scaled it; what is not finite is refused as such. */
    void requireUnit(String column, double x) {
        if (x < -UNIT_SLACK || x > 1 + UNIT_SLACK) {
            report(Problem.Kind.NOT_UNIT, column, Double.toString(x));
        }
    }

    Optional<Problem> first() {
        return first;
    }
}
