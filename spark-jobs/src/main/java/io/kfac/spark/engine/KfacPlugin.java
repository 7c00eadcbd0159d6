package io.kfac.spark.engine;

import io.kfac.linalg.NativeBlas;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads native BLAS in the driver and in every executor before anything else asks netlib for one: netlib keeps its first choice
 * for the life of the JVM. Register it with {@code spark.plugins=io.kfac.spark.engine.KfacPlugin}; scripts/kfac does.
 */
public final class KfacPlugin implements SparkPlugin {
    private static final Logger log = LoggerFactory.getLogger(KfacPlugin.class);

    @Override
    public DriverPlugin driverPlugin() {
        return new DriverPlugin() {
            @Override
            public Map<String, String> init(SparkContext spark, PluginContext context) {
                load();
                return Map.of();
            }
        };
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorPlugin() {
            @Override
            public void init(PluginContext context, Map<String, String> conf) {
                load();
            }
        };
    }

    /** Slower BLAS is no reason to refuse a start, so this warns, once in a JVM that is driver and executor, and never throws. */
    private static void load() {
        try {
            NativeBlas.Status status = NativeBlas.status();
            if (status.isNative()) {
                log.debug("BLAS: {}, {}", status.description(), status.route());
            } else {
                BlasWarning.sayOnce();
            }
        } catch (RuntimeException | LinkageError e) {
            log.warn("Cannot load native BLAS, going on without: {}", e.toString());
        }
    }
}
