package io.kfac.spark.report;

import io.kfac.spark.data.BadInput;
import java.io.IOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The small files of a run's directory, wherever that is. */
public interface RunFiles {

    /** The directory's name, for people. */
    String name();

    /** A whole file; empty if there is none of that name. @throws BadInput if it cannot be read */
    Optional<String> read(String file);

    /** A directory of this machine. */
    static RunFiles of(Path directory) {
        return new RunFiles() {
            @Override
            public String name() {
                return directory.toString();
            }

            @Override
            public Optional<String> read(String file) {
                Path path = directory.resolve(file);
                if (!Files.isRegularFile(path)) {
                    return Optional.empty();
                }
                try {
                    return Optional.of(decode(Files.readAllBytes(path)));
                } catch (IOException e) {
                    throw new BadInput("Cannot read %s: %s".formatted(path, e.getMessage()), e);
                }
            }
        };
    }

    /** UTF-8, with a mark in place of what is none: of a damaged log the rest is still good. */
    static String decode(byte[] bytes) throws IOException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                .decode(java.nio.ByteBuffer.wrap(bytes))
                .toString();
    }
}
