package io.kfac.spark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Chromium without a window: what a page looks like once its scripts have run, and what the console said. */
public record Browser(Path program, Path scratch) {

    /** Skips the test where there is none. */
    public static Browser find(Path scratch) {
        Optional<Path> found = Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(dir -> Path.of(dir, name)))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), "skipped: no Chromium on the path (Debian: apt-get install chromium)");
        return new Browser(found.get(), scratch);
    }

    /** @param document after scripts, how many requests they made in data-requests @param console what it said */
    public record Page(String document, String console) {}

    /** @param script runs in the page when all is drawn; "" for none */
    public Page open(String html, String script) throws IOException, InterruptedException {
        Path file = scratch.resolve("page.html");
        int end = html.lastIndexOf("</body>");
        String more = "<script>const waiting = setInterval(() => {"
                + "if (!document.documentElement.dataset.complete) return;"
                + "clearInterval(waiting);"
                + "document.documentElement.dataset.requests = performance.getEntriesByType('resource').length;"
                + script
                + "}, 50);</script>";
        Files.writeString(file, html.substring(0, end) + more + html.substring(end));
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--window-size=1200,900",
                "--virtual-time-budget=10000",
                "--enable-logging=stderr",
                "--user-data-dir=" + scratch.resolve("profile"),
                "--host-resolver-rules=MAP * ~NOTFOUND", // Chromium's own requests
                "--dump-dom",
                file.toUri().toString()));
        Path out = scratch.resolve("dom.html");
        Path err = scratch.resolve("console.txt");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as("Chromium ends")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String console = Files.readAllLines(err, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.contains("CONSOLE"))
                .collect(Collectors.joining("\n"));
        return new Page(Files.readString(out), console);
    }
}
