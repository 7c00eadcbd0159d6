package io.kfac.objective;

import io.kfac.linalg.Precision;
import java.io.Serializable;

/**
 * The sums of one query over some rows, flat, as they travel and merge: scalars in double, gradient and curvature in the
 * network's precision with symmetric matrices as packed lower triangles. Laid out by {@link SumsLayout}.
 */
public record PartialSums(double[] scalars, float[] floats, double[] doubles) implements Serializable {

    /** Bytes of the numbers. */
    public long bytes() {
        return 8L * scalars.length + 4L * floats.length + 8L * doubles.length;
    }

    static PartialSums zeros(int scalars, int payload, Precision precision) {
        boolean single = precision == Precision.FLOAT;
        return new PartialSums(new double[scalars], new float[single ? payload : 0], new double[single ? 0 : payload]);
    }

    /** Double sums of nothing yet, to which partial ones are added in a fixed order. */
    public PartialSums emptyAccumulator() {
        return zeros(scalars.length, Math.max(floats.length, doubles.length), Precision.DOUBLE);
    }

    /** this += other; this must be an accumulator (double). */
    public void add(PartialSums other) {
        for (int i = 0; i < scalars.length; i++) {
            scalars[i] += other.scalars[i];
        }
        for (int i = 0; i < other.floats.length; i++) {
            doubles[i] += other.floats[i];
        }
        for (int i = 0; i < other.doubles.length; i++) {
            doubles[i] += other.doubles[i];
        }
    }
}
