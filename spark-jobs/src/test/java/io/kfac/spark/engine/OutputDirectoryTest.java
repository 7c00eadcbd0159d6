package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kfac.spark.data.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputDirectoryTest {
    private static final Configuration CONF = new Configuration();

    @TempDir
    private Path scratch;

    @Test
    void nothingShowsBeforeItIsWhole() throws IOException {
        Path target = scratch.resolve("a/b/out");
        try (OutputDirectory output = open(target, false)) {
            write(output, "new");
            assertThat(target).doesNotExist();
            output.commit();
        }
        assertThat(target.resolve("file")).hasContent("new");
        assertThat(target.getParent()).isDirectoryNotContaining(path -> !path.equals(target));
    }

    @Test
    void whatWasNotFinishedLeavesNothing() throws IOException {
        try (OutputDirectory output = open(scratch.resolve("a/b/out"), false)) {
            write(output, "half");
        }
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void anExistingDirectoryIsRefusedOrReplacedAtTheEnd() throws IOException {
        Path target = scratch.resolve("out");
        try (OutputDirectory output = open(target, false)) {
            write(output, "old");
            output.commit();
        }
        assertThatThrownBy(() -> open(target, false))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("it exists")
                .hasMessageContaining("--overwrite");
        try (OutputDirectory output = open(target, true)) {
            write(output, "half");
        }
        assertThat(target.resolve("file")).hasContent("old");
        try (OutputDirectory output = open(target, true)) {
            write(output, "new");
            assertThat(target.resolve("file")).hasContent("old");
            output.commit();
        }
        assertThat(target.resolve("file")).hasContent("new");
        assertThat(scratch).isDirectoryNotContaining(path -> !path.equals(target));
    }

    @Test
    void whatOthersFinishedMeanwhileIsNotReplaced() throws IOException {
        Path target = scratch.resolve("out");
        try (OutputDirectory output = open(target, false)) {
            write(output, "mine");
            try (OutputDirectory other = open(target, false)) {
                write(other, "theirs");
                other.commit();
            }
            assertThatThrownBy(output::commit)
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("come to exist")
                    .hasMessageContaining("out-");
        }
        assertThat(target.resolve("file")).hasContent("theirs");
        Path kept;
        try (Stream<Path> left = java.nio.file.Files.list(scratch)) {
            kept = left.filter(path -> !path.equals(target))
                    .reduce((a, b) -> null)
                    .orElseThrow();
        }
        assertThat(kept.getFileName().toString()).startsWith("out-");
        assertThat(kept.resolve("file")).hasContent("mine");
    }

    @Test
    void anUnknownFileSystemIsBadInput() {
        assertThatThrownBy(() -> OutputDirectory.create("foo://x/out", false, CONF))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("foo://x/out")
                .hasMessageContaining("scheme");
    }

    @Test
    void aFileIsNotReplacedByADirectory() throws IOException {
        java.nio.file.Files.writeString(scratch.resolve("out"), "mine");
        assertThatThrownBy(() -> open(scratch.resolve("out"), true)).hasMessageContaining("it is a file");
    }

    private static OutputDirectory open(Path target, boolean overwrite) {
        return OutputDirectory.create(target.toString(), overwrite, CONF);
    }

    private static void write(OutputDirectory output, String text) {
        Files.write(new org.apache.hadoop.fs.Path(output.path(), "file"), text, CONF);
    }
}
