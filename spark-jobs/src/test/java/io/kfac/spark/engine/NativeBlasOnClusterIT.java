package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.linalg.NativeBlas;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

/** Two executors in processes of their own, which find our classes in the shaded jar only. */
class NativeBlasOnClusterIT {
    @Test
    void everyExecutorRunsNativeBlas() {
        String classPath = System.getProperty("kfac.jar")
                + File.pathSeparator
                + Path.of("target/test-classes").toAbsolutePath();
        SparkConf conf = new SparkConf()
                .setMaster("local-cluster[2,1,1024]")
                .setAppName("native BLAS")
                .set("spark.ui.enabled", "false")
                .set("spark.plugins", KfacPlugin.class.getName())
                .set("spark.executor.extraClassPath", classPath)
                .set("spark.scheduler.minRegisteredResourcesRatio", "1");
        List<Integer> tasks = IntStream.range(0, 16).boxed().toList();
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            assertThat(spark.parallelize(tasks, tasks.size())
                            .map(task -> {
                                Thread.sleep(200);
                                NativeBlas.Status status = NativeBlas.status();
                                return new Tuple2<>(
                                        status.isNative(), SparkEnv.get().executorId() + ": " + status);
                            })
                            .distinct()
                            .collect())
                    .hasSize(2)
                    .allMatch(Tuple2::_1);
        }
    }
}
