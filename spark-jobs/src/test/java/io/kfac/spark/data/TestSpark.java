package io.kfac.spark.data;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Assumptions;

/** One session for all tests of this package. */
final class TestSpark {
    private static final SparkSession SESSION = SparkSession.builder()
            .master("local[2]")
            .appName("data tests")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "4")
            .getOrCreate();

    private TestSpark() {}

    static SparkSession session() {
        return SESSION;
    }

    /** A path under the shared data folder beside the project; the test is skipped where there is none. */
    static String shared(String path) {
        Path root = Path.of("..", "..", "shared", "data", path);
        Path fromRoot = Path.of("..", "shared", "data", path);
        Path found = Files.exists(root) ? root : fromRoot;
        String given = System.getProperty("kfac.shared.data", "");
        if (!given.isEmpty()) {
            found = Path.of(given, path);
        }
        Assumptions.assumeTrue(Files.exists(found), "skipped: no shared data at " + found);
        return found.toString();
    }
}
