package io.kfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar for spark-submit brings nothing that Spark has, nothing under another's name, and a working OpenBLAS. */
class ShadedJarIT {
    private static final Path JAR = Path.of(System.getProperty("kfac.jar"));

    @Test
    void holdsOnlyOurPackagesAndOpenBlas() throws IOException {
        assertThat(files().map(ShadedJarIT::directory).distinct())
                .contains("io/kfac/linalg", "io/kfac/spark/engine", "io/kfac/shaded/picocli")
                .allMatch(
                        directory -> (directory + "/").matches("(io/kfac|org/bytedeco|META-INF)/.*"),
                        "is io.kfac, relocated or org.bytedeco")
                .noneMatch(directory -> directory.matches("META-INF/versions(/.*)?"));
    }

    @Test
    void hasNoSignaturesAndNoForeignServices() throws IOException {
        assertThat(files().filter(name -> name.startsWith("META-INF/")))
                .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|DSA|RSA|EC)"))
                .filteredOn(name -> name.startsWith("META-INF/services/"))
                .allMatch(name -> name.matches(
                        "META-INF/services/(io[./]kfac|org\\.apache\\.spark|org\\.apache\\.hadoop)[./].*"));
    }

    @Test
    void bringsTheNativesOfLinuxOnly() throws IOException {
        assertThat(files().filter(name -> name.startsWith("org/bytedeco/") && name.contains(".so"))
                        .map(ShadedJarIT::directory))
                .containsOnly(
                        "org/bytedeco/javacpp/linux-arm64",
                        "org/bytedeco/javacpp/linux-x86_64",
                        "org/bytedeco/openblas/linux-arm64",
                        "org/bytedeco/openblas/linux-x86_64");
    }

    @Test
    void loadsOpenBlasInANewJvm(@TempDir Path scratch) throws Exception {
        String classPath = Stream.of(JAR, Path.of("target/test-classes"))
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        Path output = scratch.resolve("output");
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.bytedeco.javacpp.cachedir=" + scratch.resolve("cache"),
                        "-cp",
                        classPath,
                        LoadOpenBlas.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(jvm.waitFor(180, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readAllLines(output, StandardCharsets.UTF_8)).isEqualTo(List.of("ddot = 11.0"));
    }

    /** Run in a JVM of its own, with nothing but the shaded jar. */
    static final class LoadOpenBlas {
        private LoadOpenBlas() {}

        public static void main(String[] args) {
            double dot = org.bytedeco.openblas.global.openblas_nolapack.cblas_ddot(
                    2, new double[] {1, 2}, 1, new double[] {3, 4}, 1);
            System.out.println("ddot = " + dot);
        }
    }

    private static Stream<String> files() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            return jar.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList().stream();
        }
    }

    private static String directory(String file) {
        return file.contains("/") ? file.substring(0, file.lastIndexOf('/')) : "";
    }
}
