package io.kfac.linalg;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds and loads the BLAS of this JVM, once: OpenBLAS from its Maven artifact, linked through netlib's JNI glue, with
 * no system install. Loading it early (a Spark plugin does) also makes MLlib native, because the link is a pair of
 * system properties that netlib reads when it is initialised. Two routes:
 * <ol>
 *   <li>netlib as it is on the class path, when nobody initialised it before us, or initialised it with our library;
 *   <li>a second copy of netlib in a {@link PrivateNetlibLoader}, when somebody did, without the library.
 * </ol>
 * Where both fail the code is netlib's Java one, several times slower, and {@link #status} says why. {@code
 * -Dkfac.blas=java} asks for it; {@code dev.ludovic.netlib.blas.nativeLibPath}, set by the user, chooses another
 * library.
 */
public final class NativeBlas {
    /** System property: {@code java} forces the Java implementation; anything else is automatic. */
    public static final String CHOICE = "kfac.blas";

    private static final String BLAS_PATH = "dev.ludovic.netlib.blas.nativeLibPath";
    private static final String LAPACK_PATH = "dev.ludovic.netlib.lapack.nativeLibPath";

    /** Part of the path of every file that org.bytedeco:openblas carries. */
    private static final String BUNDLED = "/org/bytedeco/openblas/";

    private NativeBlas() {}

    /**
     * How this JVM computes.
     * @param description for logs: {@code "OpenBLAS 0.3.30 (native, 1 thread)"}
     * @param route       how it was linked, for logs
     * @param problem     why it is not native; empty when it is
     * @param remedy      what the user can do about it; empty when native
     */
    public record Status(boolean isNative, String description, String route, String problem, String remedy) {}

    /**
     * The BLAS of this JVM; loads it at the first call (0.3 to 1.6 s), a field read after that. Never throws for lack
     * of a library.
     */
    public static Blas get() {
        return Holder.LOADED.blas;
    }

    /** What {@link #get} returns and why. Loads it if need be. */
    public static Status status() {
        return Holder.LOADED.status;
    }

    private static final class Holder {
        static final Loaded LOADED = load();
    }

    private record Loaded(Blas blas, Status status) {}

    private interface Route {
        Blas open() throws ReflectiveOperationException;
    }

    private static Loaded load() {
        if (System.getProperty(CHOICE, "").equals("java")) {
            return java("-D" + CHOICE + "=java asks for it", "remove -D" + CHOICE + "=java");
        }
        String os = System.getProperty("os.name", "");
        if (!os.startsWith("Linux")) {
            return java(
                    "netlib carries native code for Linux only, this is " + os,
                    "run on Linux, or in a Linux container");
        }
        List<String> problems = new ArrayList<>();
        String library = library(problems);
        boolean glueInUse = glueIsMapped() && !library.equals(System.getProperty(BLAS_PATH));
        if (!library.isEmpty()) {
            System.setProperty(BLAS_PATH, library);
            if (System.getProperty(LAPACK_PATH, "").isEmpty()) {
                System.setProperty(LAPACK_PATH, library);
            }
        }
        String description = describe(library);
        if (!glueInUse || library.isEmpty()) {
            Blas blas = attempt("netlib on the class path", NetlibBlas::createNative, problems);
            if (blas != null) {
                return new Loaded(blas, new Status(true, description, "netlib on the class path", "", ""));
            }
        }
        Blas blas = attempt("a second copy of netlib", PrivateNetlibLoader::createNative, problems);
        if (blas != null) {
            String route = "a second copy of netlib, because the first was initialised without this library";
            return new Loaded(blas, new Status(true, description, route, "", ""));
        }
        return java(
                "no native BLAS with " + (library.isEmpty() ? "the system's library" : library) + ": "
                        + String.join("; ", problems),
                "if the cache directory is on a noexec mount or not writable, point -Dorg.bytedeco.javacpp.cachedir"
                        + " at one that is not; or set -D" + BLAS_PATH + " and -D" + LAPACK_PATH
                        + " to an installed libopenblas");
    }

    /**
     * The file to link: the user's if there is one, else OpenBLAS extracted; empty, with a problem noted, where that
     * fails.
     */
    private static String library(List<String> problems) {
        String configured = System.getProperty(BLAS_PATH, "");
        if (!configured.isEmpty() && !configured.contains(BUNDLED)) {
            return configured;
        }
        try {
            String extracted = OpenBlasLibrary.load().toString();
            return configured.isEmpty() ? extracted : configured;
        } catch (IOException | RuntimeException | LinkageError e) {
            problems.add("OpenBLAS could not be loaded from org.bytedeco:openblas: " + e);
            return configured;
        }
    }

    private static String describe(String library) {
        if (library.isEmpty()) {
            return "system BLAS (native)";
        }
        if (!library.contains(BUNDLED)) {
            return library + " (native, as configured)";
        }
        return OpenBlasLibrary.version() + " (native, 1 thread)";
    }

    /** Whether netlib's JNI code is in the process already, loaded by somebody before us. */
    private static boolean glueIsMapped() {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.anyMatch(line -> line.contains("libnetlibblasjni"));
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static Blas attempt(String what, Route route, List<String> problems) {
        try {
            Blas blas = route.open();
            if (works(blas)) {
                return blas;
            }
            problems.add(what + ": wrong results");
        } catch (InvocationTargetException e) {
            problems.add(what + ": " + e.getCause());
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            problems.add(what + ": " + e);
        }
        return null;
    }

    /** Calls one routine of each library: a symbol that is missing shows at its first call only. */
    private static boolean works(Blas blas) {
        float[] product = {1};
        blas.sgemm(false, false, 1, 1, 1, 2, new float[] {3}, 0, 1, new float[] {5}, 0, 1, 1, product, 0, 1);
        double[] root = {9};
        return blas.dpotrf(1, root, 0, 1) == 0 && root[0] == 3 && product[0] == 31;
    }

    private static Loaded java(String problem, String remedy) {
        return new Loaded(
                NetlibBlas.createJava(), new Status(false, "netlib's Java code (not native)", "Java", problem, remedy));
    }
}
