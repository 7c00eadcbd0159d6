package io.kfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** netlib and bytedeco keep their first choice for the life of a JVM, so each situation gets a JVM of its own. */
class NativeBlasForkTest {
    @TempDir
    private Path temporary;

    /** Prints what {@link NativeBlas} says; given an argument, prepares the JVM first. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws Exception {
            String situation = args.length == 0 ? "" : args[0];
            if (situation.equals("netlib-first")) {
                // What MLlib does. On a machine with a system BLAS netlib finds that one; without, it is stuck on Java.
                System.out.println("first=" + BLAS.getInstance().getClass().getSimpleName());
            }
            if (situation.equals("another-loader-first")) {
                loadInAnotherLoader();
            }
            NativeBlas.Status status = NativeBlas.status();
            System.out.println("native=" + status.isNative());
            System.out.println("description=" + status.description());
            System.out.println("route=" + status.route());
            System.out.println("problem=" + status.problem());
            System.out.println("remedy=" + status.remedy());
            DoubleMatrix a = DoubleMatrix.of(1, 2, new double[] {3, 4});
            DoubleMatrix product = DoubleMatrix.zeros(1, 1);
            product.multiply(1, a, Matrix.Transpose.NO, a, Matrix.Transpose.YES, 0);
            System.out.println("product=" + product.get(0, 0));
            System.out.println("netlib-native=" + netlibIsNative());
        }

        private static boolean netlibIsNative() {
            try {
                return NativeBLAS.getInstance() != null;
            } catch (RuntimeException e) {
                return false;
            }
        }

        /** A second copy of everything, as when a plugin's jar is also on the user's class path. */
        private static void loadInAnotherLoader() throws Exception {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                urls.add(new File(entry).toURI().toURL());
            }
            @SuppressWarnings("resource") // it has to stay open: its native libraries are the point
            URLClassLoader other = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
            Object status = Class.forName("io.kfac.linalg.NativeBlas", true, other)
                    .getMethod("status")
                    .invoke(null);
            System.out.println("other=" + status);
        }
    }

    @Test
    void isNativeAndMakesNetlibNative() throws Exception {
        assertThat(run(List.of(), "")).contains("native=true", "netlib-native=true", "product=25.0", "problem=");
    }

    @Test
    void isNativeWhereNetlibWasInitialisedWithoutTheLibrary() throws Exception {
        // A name that no library has stands for a machine without a system BLAS.
        List<String> output = run(List.of("-Ddev.ludovic.netlib.blas.nativeLib=libabsent.so"), "netlib-first");
        assertThat(output).as("the situation that is tested").contains("netlib-native=false");
        assertThat(output).contains("native=true", "product=25.0");
        assertThat(output).anyMatch(line -> line.startsWith("description=OpenBLAS"));
        assertThat(output).anyMatch(line -> line.startsWith("route=a second copy"));
    }

    @Test
    void isNativeWhereAnotherClassLoaderWasFirst() throws Exception {
        List<String> output = run(List.of(), "another-loader-first");
        assertThat(output).anyMatch(line -> line.startsWith("other=Status[isNative=true"));
        assertThat(output).contains("native=true", "product=25.0");
    }

    @Test
    void isJavaOnDemand() throws Exception {
        List<String> output = run(List.of("-Dkfac.blas=java"), "");
        assertThat(output).contains("native=false", "product=25.0", "remedy=remove -Dkfac.blas=java");
    }

    @Test
    void fallsBackToJavaAndSaysWhy() throws Exception {
        List<String> output = run(List.of("-Ddev.ludovic.netlib.blas.nativeLibPath=/absent/libblas.so"), "");
        assertThat(output).contains("native=false", "product=25.0");
        assertThat(output).anyMatch(line -> line.startsWith("problem=") && line.contains("/absent/libblas.so"));
        assertThat(output).anyMatch(line -> line.startsWith("remedy=") && line.contains("nativeLibPath"));
    }

    @Test
    void extractsToTheDirectoryThatIsAskedFor() throws Exception {
        List<String> output = run(List.of("-Dorg.bytedeco.javacpp.cachedir=" + temporary), "");
        assertThat(output).contains("native=true");
        assertThat(temporary).isDirectoryRecursivelyContaining("glob:**libopenblas*");
    }

    private List<String> run(List<String> options, String situation) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        if (!situation.isEmpty()) {
            command.add(situation);
        }
        File log = temporary.resolve("log").toFile();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(log)
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(log.toPath());
    }
}
