package io.kfac.spark.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.spark.engine.Files;
import io.kfac.spark.engine.Json;
import io.kfac.spark.engine.RunDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Spectra of curvature factors as Parquet: a row an eigenvalue. */
final class SpectraTable {
    private static final String NAME = "spectra.parquet";
    private static final StructType SCHEMA = new StructType()
            .add("run", DataTypes.StringType)
            .add("optimizer", DataTypes.StringType)
            .add("seed", DataTypes.LongType)
            .add("step", DataTypes.LongType)
            .add("factor", DataTypes.StringType)
            .add("order", DataTypes.IntegerType)
            .add("effectiveRank", DataTypes.DoubleType)
            .add("rank", DataTypes.IntegerType)
            .add("eigenvalue", DataTypes.DoubleType);

    private SpectraTable() {}

    /** Of runs that have none, none. */
    static void write(SparkSession spark, Path directory, List<String> runs) {
        Configuration conf = spark.sparkContext().hadoopConfiguration();
        List<Row> rows = new ArrayList<>();
        for (String run : runs) {
            read(new Path(directory, run), run, conf, rows);
        }
        if (!rows.isEmpty()) {
            spark.createDataFrame(rows, SCHEMA)
                    .coalesce(1)
                    .write()
                    .mode(SaveMode.Overwrite)
                    .parquet(new Path(directory, NAME).toString());
        }
    }

    private static void read(Path directory, String run, Configuration conf, List<Row> into) {
        try {
            JsonNode about = Json.parse(Files.read(new Path(directory, RunDescription.FILE), conf));
            for (String line :
                    Files.read(new Path(directory, "run.jsonl"), conf).lines().toList()) {
                JsonNode spectrum = parse(line).path("spectrum");
                for (int i = 0; i < spectrum.path("ranks").size(); i++) {
                    into.add(RowFactory.create(
                            run,
                            about.path("label").asText(),
                            about.path("seed").asLong(),
                            spectrum.path("step").asLong(),
                            spectrum.path("factor").asText(),
                            spectrum.path("order").asInt(),
                            spectrum.path("effectiveRank").asDouble(),
                            spectrum.path("ranks").path(i).asInt(),
                            spectrum.path("values").path(i).asDouble()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lines that are cut off hold no spectrum. */
    private static JsonNode parse(String line) {
        try {
            return Json.parse(line);
        } catch (JsonProcessingException e) {
            return Json.object();
        }
    }
}
