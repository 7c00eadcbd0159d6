package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** netlib keeps its first choice for the life of a JVM: a JVM of its own. */
class AfterMllibTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    void oursIsNativeWhereMllibTouchedNetlibFirst() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-") || option.startsWith("-XX"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), AfterMllib.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("theirs=none ours=true");
    }
}
