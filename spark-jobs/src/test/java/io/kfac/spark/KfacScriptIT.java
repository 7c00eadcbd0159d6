package io.kfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts/kfac hands to spark-submit, seen through a Spark home whose spark-submit prints its arguments. */
class KfacScriptIT {
    private static final String PLUGIN = "io.kfac.spark.engine.KfacPlugin";

    @TempDir
    private Path scratch;

    @BeforeEach
    void makeSparkHome() throws IOException {
        Path submit = Files.createDirectories(home().resolve("bin")).resolve("spark-submit");
        Files.writeString(submit, "#!/usr/bin/env bash\nprintf '%s\\n' \"$@\"\nexit 7\n");
        assertThat(submit.toFile().setExecutable(true)).isTrue();
        Files.createDirectories(home().resolve("conf"));
    }

    @Test
    void localModeIsTheDefault() throws Exception {
        Run run = kfac("train");
        assertThat(run.spark).containsSequence("--master", "local[*]").contains("spark.plugins=" + PLUGIN);
        assertThat(run.spark).anyMatch(word -> word.matches("spark\\.driver\\.memory=\\d+m"));
        assertThat(run.spark)
                .anyMatch(word -> word.startsWith("spark.driver.defaultJavaOptions=-XX:+UseParallelGC -Dlog4j2"));
        assertThat(run.ours).containsExactly("train");
        assertThat(run.code).isEqualTo(7);
    }

    @Test
    void sparkOptionsStandAnywhere() throws Exception {
        Run run = kfac(
                "--executor-memory", "3g", "train", "--data", "a b.csv", "--master=yarn", "--verbose", "--label", "");
        assertThat(run.spark)
                .containsSequence("--executor-memory", "3g")
                .containsSequence("--master", "yarn")
                .contains("--verbose")
                .noneMatch(word -> word.startsWith("spark.driver.memory="));
        assertThat(run.ours).containsExactly("train", "--data", "a b.csv", "--label", "");
    }

    @Test
    void confIsSparksWhenItIsAKeyAndAValue() throws Exception {
        Path file = Files.createFile(scratch.resolve("my net.conf"));
        Run run = kfac("train", "--conf", "spark.a=b c", "--conf", file.toString(), "--conf=spark.d=e");
        assertThat(run.spark)
                .containsSequence("--conf", "spark.a=b c")
                .containsSequence("--conf", "spark.d=e")
                .doesNotContain("--files");
        assertThat(run.ours).containsExactly("train", "--conf", file.toString());
    }

    @Test
    void inClusterModeTheConfigurationFileTravels() throws Exception {
        Path file = Files.createFile(scratch.resolve("net.conf"));
        Run run = kfac("train", "--deploy-mode", "cluster", "--conf", file.toString(), "--files", "/x");
        assertThat(run.spark).containsSequence("--files", "/x," + file);
        assertThat(run.spark).noneMatch(word -> word.contains("log4j2"));
        assertThat(run.ours).containsExactly("train", "--conf", "net.conf");
    }

    @Test
    void whatAConfigurationFileIncludesTravelsToo() throws Exception {
        Path base = Files.createDirectory(scratch.resolve("the base"));
        Path file = scratch.resolve("net.conf");
        Files.writeString(file, "include \"the base/one.conf\"\n  include required(\"the base/two.conf\") # both\n");
        Files.writeString(base.resolve("one.conf"), "include required(file(\"" + file + "\"))\n");
        Files.writeString(base.resolve("two.conf"), "include \"hdfs://host/three.conf\"\n");
        Run run = kfac("train", "--deploy-mode", "cluster", "--conf", file.toString());
        assertThat(run.spark)
                .containsSequence(
                        "--files", "%s,%s,%s".formatted(file, base.resolve("one.conf"), base.resolve("two.conf")));
        Files.delete(base.resolve("two.conf"));
        assertThat(kfac("train", "--deploy-mode", "cluster", "--conf", file.toString()).output)
                .hasSize(1)
                .first()
                .asString()
                .contains("two.conf: no such file");
        Path other = Files.createDirectory(base.resolve("other")).resolve("net.conf");
        Files.createFile(other);
        Files.writeString(file, "include \"the base/other/net.conf\"\n");
        assertThat(kfac("train", "--deploy-mode", "cluster", "--conf", file.toString()).output)
                .hasSize(1)
                .first()
                .asString()
                .contains(other.toString(), "base names");
    }

    @Test
    void theUsersSettingsWin() throws Exception {
        Files.writeString(
                home().resolve("conf/spark-defaults.conf"),
                "spark.master   spark://host:7077\nspark.driver.extraJavaOptions -XX:+UseZGC\nspark.plugins=x.Plugin\n");
        Run run = kfac("train", "--conf", "spark.ui.showConsoleProgress=true");
        assertThat(run.spark)
                .doesNotContain("--master", "spark.ui.showConsoleProgress=false")
                .contains("spark.plugins=x.Plugin," + PLUGIN, "spark.executor.defaultJavaOptions=-XX:+UseParallelGC")
                .noneMatch(word -> word.startsWith("spark.driver.defaultJavaOptions=-XX:+UseParallelGC"));
    }

    @Test
    void mistakesGetOneLine() throws Exception {
        assertThat(kfac("train", "--conf", "none.conf").output)
                .hasSize(1)
                .first()
                .asString()
                .contains("none.conf");
        assertThat(kfac("train", "--conf", "train.seed=3").output)
                .containsExactly("kfac: Cannot use --conf train.seed=...: Spark's keys begin with spark.;"
                        + " for ours use --set train.seed=VALUE");
        assertThat(kfac("train", "--master").output)
                .hasSize(1)
                .first()
                .asString()
                .contains("--master");
        Files.delete(home().resolve("bin/spark-submit"));
        assertThat(kfac("train").output).hasSize(1).first().asString().contains("SPARK_HOME");
    }

    /** What spark-submit was given, before and after the jar; all that was printed. */
    private record Run(int code, List<String> spark, List<String> ours, List<String> output) {}

    private Run kfac(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("kfac.root") + "/scripts/kfac"));
        command.addAll(List.of(arguments));
        Path printed = scratch.resolve("printed");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed.toFile());
        builder.environment().put("SPARK_HOME", home().toString());
        builder.environment().keySet().removeAll(List.of("SPARK_CONF_DIR", "SPARK_DRIVER_MEMORY"));
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        List<String> output = Files.readAllLines(printed, StandardCharsets.UTF_8);
        int jar = output.indexOf(System.getProperty("kfac.jar"));
        return new Run(
                process.exitValue(),
                output.subList(0, Math.max(jar, 0)),
                output.subList(jar + 1, output.size()),
                output);
    }

    private Path home() {
        return scratch.resolve("spark home");
    }
}
