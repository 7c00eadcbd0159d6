package io.kfac.linalg;

/**
 * Chooses the {@link Kernels} once. The Vector API's module is optional, so its class is only ever named in a string.
 */
final class KernelsHolder {
    static final Kernels CHOSEN = choose();

    private KernelsHolder() {}

    private static Kernels choose() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            try {
                Class<?> type = Class.forName("io.kfac.linalg.VectorKernels");
                return (Kernels) type.getDeclaredConstructor().newInstance();
            } catch (ReflectiveOperationException | LinkageError e) {
                // An incubating module of another shape than the one we were compiled against: the twin gives the same
                // numbers.
                return new ScalarKernels();
            }
        }
        return new ScalarKernels();
    }
}
