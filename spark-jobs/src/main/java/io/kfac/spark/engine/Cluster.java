package io.kfac.spark.engine;

/**
 * A cluster to plan for.
 * @param executors      processes, each on a machine of its own
 * @param cores          of each executor; the data has a partition for each, unless it is small
 * @param bytesPerSecond between machines
 */
public record Cluster(int executors, int cores, double bytesPerSecond) {
    public Cluster {
        if (executors < 1 || cores < 1 || !(bytesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "Cannot plan for %d executors of %d cores, %s bytes a second: all must be positive"
                            .formatted(executors, cores, bytesPerSecond));
        }
    }

    public int slots() {
        return Math.multiplyExact(executors, cores);
    }

    /** The same machines, more or fewer of them. */
    public Cluster of(int count) {
        return new Cluster(count, cores, bytesPerSecond);
    }
}
