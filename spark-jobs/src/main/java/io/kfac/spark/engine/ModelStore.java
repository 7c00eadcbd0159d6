package io.kfac.spark.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.model.Parameters;
import io.kfac.spark.data.BadInput;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Models on disk: a directory with {@code metadata.json}, which says what the model is, and {@code parameters.parquet}, its
 * numbers. Nothing in it is executable, and nothing is trusted: what does not fit together is refused by name.
 */
public final class ModelStore {
    static final String METADATA = "metadata.json";
    static final String PARAMETERS = "parameters.parquet";

    private ModelStore() {}

    /** Writes a model to a directory that is made for it. */
    public static void save(TrainedModel model, Path directory, Configuration conf) {
        try {
            Files.system(directory, conf).mkdirs(directory);
            Files.write(new Path(directory, METADATA), Json.pretty(ModelJson.write(model)), conf);
            ParameterFile.write(model.network(), model.parameters(), new Path(directory, PARAMETERS), conf);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a model. The directory that a run wrote will do as well: its model is taken.
     * @throws BadInput if there is none, it is of another format version, or damaged
     */
    public static TrainedModel load(String where, Configuration conf) {
        Path directory = directory(where, conf);
        Path metadata = new Path(directory, METADATA);
        try {
            JsonNode json = Json.parse(Files.read(metadata, conf));
            ModelJson.Described described = ModelJson.read(json);
            Parameters parameters = ParameterFile.read(described.network(), new Path(directory, PARAMETERS), conf);
            return described.with(parameters);
        } catch (FileNotFoundException e) {
            throw new BadInput(
                    "Cannot read the model in %s: it has no %s".formatted(directory, missing(directory, conf)), e);
        } catch (JsonProcessingException e) {
            throw new BadInput(
                    "Cannot read the model in %s: %s is not JSON (%s)"
                            .formatted(directory, METADATA, e.getOriginalMessage()),
                    e);
        } catch (IOException | IllegalArgumentException e) {
            throw new BadInput("Cannot read the model in %s: %s".formatted(directory, e.getMessage()), e);
        }
    }

    private static Path directory(String where, Configuration conf) {
        try {
            Path given = new Path(where);
            FileSystem files = Files.system(given, conf);
            Path inner = new Path(given, "model");
            if (!files.exists(new Path(given, METADATA)) && files.exists(new Path(inner, METADATA))) {
                return inner;
            }
            if (!files.exists(given)) {
                throw new BadInput(
                        "Cannot read the model %s: no such directory. Remedy: --model DIR, the model directory"
                                        .formatted(where)
                                + " that a train run wrote");
            }
            return given;
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw new BadInput("Cannot read the model %s: %s".formatted(where, e.getMessage()), e);
        }
    }

    private static String missing(Path directory, Configuration conf) {
        try {
            return Files.system(directory, conf).exists(new Path(directory, METADATA)) ? PARAMETERS : METADATA;
        } catch (IOException e) {
            return METADATA;
        }
    }
}
