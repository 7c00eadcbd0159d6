package io.kfac.spark.jobs;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.kfac.spark.data.BadInput;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** The file given by --conf: a local one, one that travelled with the job (spark-submit --files), or one of a Hadoop file system. */
final class ConfigFile {
    private ConfigFile() {}

    static Config read(String name) {
        try {
            return parse(name).resolve();
        } catch (ConfigException e) {
            throw new BadInput("Cannot read configuration %s: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static Config parse(String name) {
        try {
            if (isUri(name)) {
                return remote(name, name);
            }
            Path local = Path.of(name);
            if (Files.isRegularFile(local)) {
                return ConfigFactory.parseFile(local.toFile(), options(name));
            }
            Optional<String> sent = sent(local.getFileName().toString());
            if (sent.isPresent()) {
                return remote(sent.get(), name);
            }
        } catch (IOException e) {
            throw new BadInput("Cannot read configuration %s: %s".formatted(name, e.getMessage()), e);
        }
        throw new BadInput("Cannot read configuration %s: no such file".formatted(name));
    }

    private static boolean isUri(String name) {
        // With one slash too: so Hadoop writes file:///.
        return name.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*");
    }

    private static Config remote(String uri, String name) throws IOException {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(uri);
        FileSystem files = path.getFileSystem(new Configuration());
        try (Reader reader = new InputStreamReader(files.open(path), StandardCharsets.UTF_8)) {
            return ConfigFactory.parseReader(reader, options(name).setOriginDescription(name));
        }
    }

    private static ConfigParseOptions options(String name) {
        return ConfigParseOptions.defaults()
                .setSyntax(ConfigSyntax.CONF)
                .setAllowMissing(false)
                .setIncluder(new Neighbours(name));
    }

    /** Where spark-submit put a file of that name: it passes its own settings on as system properties. */
    private static Optional<String> sent(String fileName) {
        return Arrays.stream(System.getProperty("spark.files", "").split(","))
                .filter(uri -> uri.endsWith("/" + fileName))
                .findFirst();
    }

    /**
     * Reads what a file includes just as the file was read, from beside it. The library's own includer finds nothing beside a file
     * that travelled, and passes over what it does not find.
     */
    private record Neighbours(String from) implements ConfigIncluder, ConfigIncluderFile {
        @Override
        public ConfigObject include(ConfigIncludeContext context, String what) {
            if (isUri(what)) {
                return parse(what).root();
            }
            String beside = isUri(from)
                    ? new org.apache.hadoop.fs.Path(new org.apache.hadoop.fs.Path(from).getParent(), what).toString()
                    : Path.of(from).resolveSibling(what).toString();
            return parse(beside).root();
        }

        /** As the library has it: {@code file("...")} is of the working directory. */
        @Override
        public ConfigObject includeFile(ConfigIncludeContext context, File what) {
            return parse(what.getPath()).root();
        }

        @Override
        public ConfigIncluder withFallback(ConfigIncluder fallback) {
            return this;
        }
    }
}
