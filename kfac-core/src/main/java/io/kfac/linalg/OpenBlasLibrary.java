package io.kfac.linalg;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * The OpenBLAS that org.bytedeco:openblas carries, extracted and set to one thread. The artifact's "nolapack" variant
 * is the same library under another name, LAPACK included; it is taken because it needs 60 MB less on disk than the
 * full JNI binding, and only one copy of OpenBLAS is then in the process, so that the number of threads set here is the
 * one that netlib gets. JavaCPP caches under the home directory, else the temporary one; {@code
 * org.bytedeco.javacpp.cachedir} overrides.
 */
final class OpenBlasLibrary {
    /** In the order in which they need one another. */
    private static final String[] FILES = {
        "libgcc_s.so.1", "libquadmath.so.0", "libgfortran.so.5", "libopenblas_nolapack.so.0", "libopenblas.so.0"
    };

    private OpenBlasLibrary() {}

    /** For messages: {@code "OpenBLAS 0.3.30"}. */
    static String version() {
        return openblas_nolapack.OPENBLAS_VERSION.strip();
    }

    /**
     * The extracted library file, loaded and single-threaded.
     * @throws IOException or a LinkageError where it cannot be extracted or loaded
     */
    static Path load() throws IOException {
        Path jni;
        try {
            jni = Path.of(Loader.load(openblas_nolapack.class));
            openblas_nolapack.blas_set_num_threads(1);
        } catch (UnsatisfiedLinkError e) {
            // A JVM loads a library file into one class loader only. If another loader has bytedeco's JNI already, then
            // it is our own code there (nothing else in a Spark JVM uses it) and the threads are set: the file itself
            // is enough.
            return extract(e);
        }
        for (String name : new String[] {"libopenblas_nolapack.so.0", "libopenblas.so.0"}) {
            Path library = jni.resolveSibling(name);
            if (Files.isRegularFile(library)) {
                return library;
            }
        }
        throw new IOException("Cannot find libopenblas beside " + jni);
    }

    private static Path extract(UnsatisfiedLinkError cause) throws IOException {
        String folder = "/org/bytedeco/openblas/" + Loader.getPlatform() + "/";
        Path library = null;
        for (String name : FILES) {
            File file = Loader.cacheResource(openblas_nolapack.class, folder + name);
            if (file != null) {
                library = file.toPath();
            }
        }
        if (library == null || !library.getFileName().toString().startsWith("libopenblas")) {
            throw cause;
        }
        return library;
    }
}
