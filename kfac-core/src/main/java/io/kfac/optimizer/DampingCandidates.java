package io.kfac.optimizer;

import java.util.List;

/**
 * The damping of the factors is not the damping of the model: at each refresh, and at each step where damping takes no work, the
 * preconditioner tries a larger and a smaller one, and the quadratic model, whose curvature is exact, tells which direction is best (Martens and Grosse 2015, sec. 6.6). It
 * costs two more refreshes and tangents, and no pass over the data.
 */
final class DampingCandidates {
    private static final double FACTOR = 4;
    private static final double MIN = 1e-10;
    private static final double MAX = 1e4;

    private DampingCandidates() {}

    /** Candidates, the present one last: it is the likeliest, and the last one refreshed need not be refreshed again. */
    static List<Double> around(double damping) {
        return List.of(Math.min(MAX, damping * FACTOR), Math.max(MIN, damping / FACTOR), damping);
    }
}
