package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.spark.OwnJvm;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which BLAS there is, and whether that was said, is settled once in a JVM: JVMs of their own. */
class BlasWarningTest {
    private static final List<String> JAVA = List.of("-Dkfac.blas=java");

    @TempDir
    private Path folder;

    @Test
    void theLibraryWarnsOnce() throws Exception {
        OwnJvm.Result run = OwnJvm.run(folder, JAVA, WithoutNativeBlas.class.getName());
        assertThat(run.code()).as(run.output()).isZero();
        assertThat(warnings(run))
                .singleElement()
                .asString()
                .contains(
                        "WARN",
                        "NO NATIVE BLAS on the driver, so training is several times slower: -Dkfac.blas=java asks for it."
                                + " Remedy: remove -Dkfac.blas=java");
    }

    @Test
    void theCommandSaysItItselfAndTheLogDoesNot() throws Exception {
        List<String> options = List.of("-Dkfac.blas=java", "-Dspark.plugins=" + KfacPlugin.class.getName());
        OwnJvm.Result run =
                OwnJvm.run(folder, options, "io.kfac.spark.jobs.Kfac", "train", "--set", "train.maxSteps=2");
        assertThat(run.code()).as(run.output()).isZero();
        assertThat(warnings(run)).singleElement().asString().startsWith("WARNING: NO NATIVE BLAS on the driver");
    }

    private static List<String> warnings(OwnJvm.Result run) {
        return run.output()
                .lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).contains("no native blas"))
                .toList();
    }
}
