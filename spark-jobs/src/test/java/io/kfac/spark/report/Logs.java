package io.kfac.spark.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.engine.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes small run directories, as training does, with numbers that a test knows. */
final class Logs {
    private final Path directory;
    private final StringBuilder lines = new StringBuilder();

    private Logs(Path directory) {
        this.directory = directory;
    }

    static Logs run(Path root, String label, boolean baseline, long seed) throws IOException {
        return run(root, label, baseline, seed, "");
    }

    /** @param trial {@code "learningRate,batchRows"}, or "" */
    static Logs run(Path root, String label, boolean baseline, long seed, String trial) throws IOException {
        String name = "%s-%s-%d".formatted(label, trial, seed).replaceAll("[^A-Za-z0-9-]", "_");
        Path directory = Files.createDirectories(root.resolve(name));
        ObjectNode about =
                Json.object().put("label", label).put("baseline", baseline).put("seed", seed);
        about.put("command", "kfac compare --conf x.conf");
        about.putObject("setup").put("data", "1,438 rows").put("optimizer", label);
        about.putObject("environment").put("Spark", "4.1.0, local[2]");
        about.putObject("configuration").put("data", "digits");
        if (!trial.isEmpty()) {
            about.putObject("trial")
                    .put("learningRate", Double.parseDouble(trial.split(",", -1)[0]))
                    .put("batchRows", Integer.parseInt(trial.split(",", -1)[1]));
        }
        Files.writeString(directory.resolve("run.json"), Json.pretty(about));
        return new Logs(directory);
    }

    Logs look(long step, double elapsed, double epoch, double jobs, double bytes, double loss, double accuracy) {
        ObjectNode line = Json.object();
        line.putObject("look")
                .put("step", step)
                .put("elapsed", elapsed)
                .put("epoch", epoch)
                .put("jobs", jobs)
                .put("bytes", bytes)
                .put("loss", loss)
                .put("testLoss", 1.5 * loss)
                .put("testAccuracy", accuracy);
        return raw(Json.line(line) + "\n");
    }

    Logs step(long step, double elapsed, double loss) {
        ObjectNode line =
                Json.object().put("step", step).put("elapsed", elapsed).put("epoch", step / 10.0);
        line.put("jobs", 2 * step).put("bytes", 1_000 * step).put("rows", 500).put("loss", loss);
        line.put("damping", 0.1 / step).put("rho", 0.9).put("stepSize", 1.0).put("momentum", 0.5);
        line.put("gradientNorm", loss).put("predictedKl", 0.01 / step).put("measuredKl", 0.011 / step);
        line.putObject("seconds")
                .put("forwardBackward", 0.004)
                .put("factors", 0.002)
                .put("refresh", 0.001)
                .put("reduce", 0.0005)
                .put("broadcast", 0.0005)
                .put("overhead", 0.001);
        return raw(Json.line(line) + "\n");
    }

    Logs spectrum(long step, String factor, double... values) {
        ObjectNode line = Json.object();
        ObjectNode body = line.putObject("spectrum").put("step", step).put("factor", factor);
        body.put("order", values.length).put("effectiveRank", (double) values.length);
        for (int i = 0; i < values.length; i++) {
            body.withArray("ranks").add(i + 1);
            body.withArray("values").add(values[i]);
        }
        return raw(Json.line(line) + "\n");
    }

    Logs probe(long step, double cosine) {
        ObjectNode line = Json.object();
        line.putObject("probe").put("step", step).put("cosine", cosine).put("euclidean", cosine / 2);
        return raw(Json.line(line) + "\n");
    }

    Logs raw(String text) {
        lines.append(text);
        return this;
    }

    RunFiles end(String status, String reason) throws IOException {
        ObjectNode line = Json.object();
        line.putObject("end").put("status", status).put("reason", reason);
        return raw(Json.line(line) + "\n").done();
    }

    RunFiles done() throws IOException {
        Files.writeString(directory.resolve("run.jsonl"), lines);
        return RunFiles.of(directory);
    }

    Path directory() {
        return directory;
    }
}
