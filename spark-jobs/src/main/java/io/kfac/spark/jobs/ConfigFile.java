package io.kfac.spark.jobs;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.kfac.spark.data.BadInput;
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
        } catch (IOException e) {
            throw new BadInput("Cannot read configuration %s: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static Config parse(String name) throws IOException {
        if (name.contains("://")) {
            return remote(name, name);
        }
        Path local = Path.of(name);
        if (Files.isRegularFile(local)) {
            // By file, so that include "other.conf" finds its neighbours.
            return ConfigFactory.parseFile(local.toFile(), options());
        }
        Optional<String> sent = sent(local.getFileName().toString());
        if (sent.isPresent()) {
            return remote(sent.get(), name);
        }
        throw new BadInput("Cannot read configuration %s: no such file".formatted(name));
    }

    private static Config remote(String uri, String name) throws IOException {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(uri);
        FileSystem files = path.getFileSystem(new Configuration());
        try (Reader reader = new InputStreamReader(files.open(path), StandardCharsets.UTF_8)) {
            return ConfigFactory.parseReader(reader, options().setOriginDescription(name));
        }
    }

    private static ConfigParseOptions options() {
        return ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setAllowMissing(false);
    }

    /** Where spark-submit put a file of that name: it passes its own settings on as system properties. */
    private static Optional<String> sent(String fileName) {
        return Arrays.stream(System.getProperty("spark.files", "").split(","))
                .filter(uri -> uri.endsWith("/" + fileName))
                .findFirst();
    }
}
