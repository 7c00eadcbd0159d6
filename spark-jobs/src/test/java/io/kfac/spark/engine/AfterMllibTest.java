package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.spark.OwnJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** netlib keeps its first choice for the life of a JVM: a JVM of its own. */
class AfterMllibTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    void oursIsNativeWhereMllibTouchedNetlibFirst() throws IOException, InterruptedException {
        OwnJvm.Result run = OwnJvm.run(Path.of("."), List.of(), AfterMllib.class.getName());
        assertThat(run.code()).as(run.output()).isZero();
        assertThat(run.output()).contains("theirs=none ours=true");
    }
}
