package io.kfac.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** scripts/kfac as a process of its own, as a user would run it. */
final class KfacProcess {
    private static final long MOST_SECONDS = 240;

    private final Process process;
    private final Path out;
    private final Path err;

    private KfacProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** @param err what it wrote there, less what the JVM says of its options */
    record Result(int code, String out, List<String> err) {}

    /** @param directory where it runs */
    static Result run(Path directory, String... arguments) throws IOException, InterruptedException {
        return start(directory, arguments).await();
    }

    static KfacProcess start(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("kfac.root") + "/scripts/kfac"));
        command.addAll(List.of(arguments));
        // Short runs: the second compiler would not earn its keep.
        command.addAll(List.of("--driver-java-options", "-XX:TieredStopAtLevel=1", "--conf", "spark.ui.enabled=false"));
        Path logs = Files.createTempDirectory("kfac-it");
        Path out = logs.resolve("out");
        Path err = logs.resolve("err");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new KfacProcess(process, out, err);
    }

    /** Waits until it has written this. */
    void awaitOutput(String text) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (!Files.readString(out).contains(text)) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as(() -> "waiting for '%s'".formatted(text))
                    .isTrue();
            Thread.sleep(50);
        }
    }

    /**
     * What Ctrl-C sends; TERM, which is treated alike, where a shell that started the tests in the background has all its children
     * ignore that. The script has become the JVM by then, so the signal goes to that.
     */
    void interrupt() throws IOException, InterruptedException {
        String signal = ignoresInterrupts() ? "-TERM" : "-INT";
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    /** By the second bit of the mask of ignored signals that Linux tells. */
    private static boolean ignoresInterrupts() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).trim(), 16) & 2) != 0);
    }

    Result await() throws IOException, InterruptedException {
        assertThat(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
        List<String> lines = Files.readAllLines(err).stream()
                .filter(line -> !line.equals("WARNING: Using incubator modules: jdk.incubator.vector"))
                .toList();
        return new Result(process.exitValue(), Files.readString(out), lines);
    }
}
