package io.kfac.objective;

/**
 * What an objective has spent since it was made. Task times are those of the slowest task of each pass.
 * @param jobs             passes over the data (Spark jobs)
 * @param bytes            sent to and from where the rows are, parameters and sums
 * @param forwardBackward  seconds in forward, backward and tangent passes
 * @param factors          seconds in curvature statistics
 * @param reduce           seconds merging partial sums
 * @param broadcast        seconds preparing and sending parameters
 * @param overhead         seconds of passes that are none of these: scheduling, fetching results
 */
public record Cost(
        long jobs,
        long bytes,
        double forwardBackward,
        double factors,
        double reduce,
        double broadcast,
        double overhead) {
    public static final Cost NONE = new Cost(0, 0, 0, 0, 0, 0, 0);

    public Cost plus(Cost other) {
        return new Cost(
                jobs + other.jobs,
                bytes + other.bytes,
                forwardBackward + other.forwardBackward,
                factors + other.factors,
                reduce + other.reduce,
                broadcast + other.broadcast,
                overhead + other.overhead);
    }

    public Cost minus(Cost other) {
        return new Cost(
                jobs - other.jobs,
                bytes - other.bytes,
                forwardBackward - other.forwardBackward,
                factors - other.factors,
                reduce - other.reduce,
                broadcast - other.broadcast,
                overhead - other.overhead);
    }
}
