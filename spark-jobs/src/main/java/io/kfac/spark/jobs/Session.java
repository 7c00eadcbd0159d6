package io.kfac.spark.jobs;

import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.SupportedVersions;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The SparkSession of one command, which starts and ends with it. The engine never does either. */
final class Session implements AutoCloseable {
    private static final String GROUP = "kfac";

    private final SparkSession spark;
    private final Interrupts interrupts;

    private Session(SparkSession spark) {
        this.spark = spark;
        // One group for all of the command's jobs: what Ctrl-C, and whoever looks after the cluster, can cancel.
        spark.sparkContext().setJobGroup(GROUP, "kfac", false);
        // Future jobs too: the signal may come between two of them.
        this.interrupts = Interrupts.catching(() -> spark.sparkContext().cancelJobGroupAndFutureJobs(GROUP));
    }

    static Session start(String command) {
        try {
            SupportedVersions.check();
        } catch (IllegalStateException e) {
            throw new BadInput(e.getMessage(), e);
        }
        SparkConf given = new SparkConf();
        SparkSession.Builder builder = SparkSession.builder();
        if (!given.contains("spark.master")) {
            builder.master("local[*]");
        }
        if (!given.contains("spark.app.name")) {
            builder.appName("kfac " + command);
        }
        // It would write over our own progress.
        builder.config("spark.ui.showConsoleProgress", "false");
        return new Session(builder.getOrCreate());
    }

    SparkSession spark() {
        return spark;
    }

    Configuration hadoop() {
        return spark.sparkContext().hadoopConfiguration();
    }

    /** What to do when the user asks to stop, or has asked, besides cancelling all jobs; empty for nothing. */
    void onStop(Optional<Runnable> action) {
        interrupts.onStop(action);
    }

    @Override
    public void close() {
        interrupts.close();
        spark.stop();
    }
}
