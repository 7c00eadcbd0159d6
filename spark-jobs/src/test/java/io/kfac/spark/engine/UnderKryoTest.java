package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.spark.OwnJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters often set spark.serializer to Kryo, which cannot write records. */
class UnderKryoTest {
    @TempDir
    private Path folder;

    @Test
    void idxFilesScoresAndPredictionsDoWithoutJavaSerialisation() throws IOException, InterruptedException {
        OwnJvm.Result run = OwnJvm.run(folder, List.of(), UnderKryo.class.getName(), folder.toString());
        assertThat(run.code()).as(run.output()).isZero();
        assertThat(run.output())
                .contains(
                        "accuracy=1.0",
                        "confusion=[[100.0, 0.0, 0.0], [0.0, 100.0, 0.0], [0.0, 0.0, 100.0]]",
                        "right=300");
    }
}
