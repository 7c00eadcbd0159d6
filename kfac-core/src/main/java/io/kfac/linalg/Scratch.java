package io.kfac.linalg;

import java.lang.ref.SoftReference;

/**
 * One growing array per thread and precision for temporaries of a single call, so that products on cached blocks
 * allocate nothing once warm. Softly held: task threads outlive a fit, and their scratch should not outlive the need
 * for memory. Contents are arbitrary. Not reentrant: whoever holds an array calls nothing that asks for another of the
 * same precision.
 */
final class Scratch {
    private static final ThreadLocal<SoftReference<float[]>> FLOATS =
            ThreadLocal.withInitial(() -> new SoftReference<>(null));
    private static final ThreadLocal<SoftReference<double[]>> DOUBLES =
            ThreadLocal.withInitial(() -> new SoftReference<>(null));

    private Scratch() {}

    static float[] floats(int length) {
        float[] array = FLOATS.get().get();
        if (array == null || array.length < length) {
            array = new float[length];
            FLOATS.set(new SoftReference<>(array));
        }
        return array;
    }

    static double[] doubles(int length) {
        double[] array = DOUBLES.get().get();
        if (array == null || array.length < length) {
            array = new double[length];
            DOUBLES.set(new SoftReference<>(array));
        }
        return array;
    }
}
