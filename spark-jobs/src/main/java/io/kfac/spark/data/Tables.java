package io.kfac.spark.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads tables: libsvm, CSV, Parquet, IDX images and whatever else Spark has a source for. Nothing but schemas is read
 * yet.
 */
public final class Tables {
    private static final String FEATURES = "features";
    private static final String NUM_FEATURES = "numFeatures";

    private Tables() {}

    /** A training table and the table to test on, with features that match. */
    public record Pair(Table train, Table test) {}

    /** Reads a table to train on, or to look at. @throws BadInput if there is nothing to read */
    public static Table read(SparkSession spark, TableSource source) {
        return read(spark, source, false, 0);
    }

    /**
     * Reads a table to apply a model to.
     * @param features of the model: libsvm files are read at this width, if they have not more
     */
    public static Table read(SparkSession spark, TableSource source, int features) {
        return read(spark, source, true, features);
    }

    /**
     * Reads training and test tables: libsvm files at the width of the wider one; IDX directories by their train- and
     * t10k- files.
     */
    public static Pair readPair(SparkSession spark, TableSource train, TableSource test) {
        Table first = read(spark, train, false, 0);
        Table second = read(spark, test, true, 0);
        if (!first.sparseWidth() || !second.sparseWidth()) {
            return new Pair(first, second);
        }
        int width = Math.max(width(first), width(second));
        return new Pair(atWidth(spark, first, train, width), atWidth(spark, second, test, width));
    }

    /** The test part of a source that holds both: an IDX directory with t10k- files. Empty for all others. */
    public static Optional<TableSource> ownTestData(SparkSession spark, TableSource source) {
        if (source.paths().size() != 1) {
            return Optional.empty();
        }
        Configuration conf = conf(spark);
        String path = source.paths().get(0);
        List<FileStatus> files = InputFiles.list(path, conf);
        boolean idx = TableFormat.IDX.equals(source.format().orElseGet(() -> TableFormat.guess(path, files)));
        return idx
                ? IdxFiles.ownTestImages(files).map(images -> TableSource.of(images, TableFormat.IDX))
                : Optional.empty();
    }

    /**
     * Looks at every row and refuses what a model cannot be applied to: a missing or infinite value, a vector of
     * another size, a label that the model does not know.
     * @param labelled whether the target column of {@code options} is there and is to be checked
     * @return rows
     */
    public static long check(Table table, DataOptions options, DataEncoding encoding, boolean labelled) {
        return new DataLoader(table, options).check(encoding, labelled);
    }

    private static Table read(SparkSession spark, TableSource source, boolean test, int features) {
        List<FileStatus> files = new ArrayList<>();
        boolean named = source.format().filter(TableFormat.TABLE::equals).isPresent();
        if (!named) {
            source.paths().forEach(path -> files.addAll(InputFiles.list(path, conf(spark))));
        }
        String format = source.format().orElseGet(() -> TableFormat.guess(source.name(), files));
        try {
            return switch (format) {
                case TableFormat.LIBSVM -> libsvm(spark, source, features);
                case TableFormat.IDX -> IdxFiles.read(spark, source, files, test);
                case TableFormat.CSV -> csv(spark, source, files);
                case TableFormat.TABLE -> Table.of(spark.table(source.name()), source.name());
                default -> Table.of(load(spark, source, format, source.options()), source.name());
            };
        } catch (BadInput e) {
            throw e;
        } catch (Exception e) { // AnalysisException is checked, and Scala throws it undeclared
            throw explain(e, source, format);
        }
    }

    private static Dataset<Row> load(
            SparkSession spark, TableSource source, String format, Map<String, String> options) {
        return spark.read().format(format).options(options).load(source.paths().toArray(new String[0]));
    }

    private static RuntimeException explain(Exception e, TableSource source, String format) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("DATA_SOURCE_NOT_FOUND") || ReadFailures.root(e) instanceof ClassNotFoundException) {
            return new BadInput(
                    ("Cannot read %s: there is no format '%s'."
                                    + " Remedy: --format libsvm, csv, parquet, idx, or a Spark source on the class path")
                            .formatted(source.name(), format),
                    e);
        }
        if (e instanceof AnalysisException) {
            return new BadInput(
                    "Cannot read %s as %s: %s".formatted(source.name(), format, ReadFailures.firstLine(e)), e);
        }
        String why = ReadFailures.firstLine(ReadFailures.root(e));
        if (message.contains("cancelled")) {
            return ReadFailures.explain(e, source.name()); // the user's own doing
        }
        String expected = TableFormat.LIBSVM.equals(format)
                ? "its lines should be 'label index:value index:value ...', indices ascending from 1; "
                : "";
        return new BadInput("Cannot read %s as %s: %s%s".formatted(source.name(), format, expected, why), e);
    }

    private static Table libsvm(SparkSession spark, TableSource source, int atLeast) {
        Map<String, String> options = new HashMap<>(source.options());
        // Without numFeatures Spark reads the files once to count, and finds lines that cannot be parsed.
        Dataset<Row> frame;
        try (JobLabel unused = new JobLabel(spark.sparkContext(), "K-FAC data: libsvm width")) {
            frame = load(spark, source, TableFormat.LIBSVM, options);
        }
        Table table = new Table(frame, source.name(), true);
        if (atLeast > 0 && !options.containsKey(NUM_FEATURES)) {
            int found = width(table);
            if (found > atLeast) {
                throw new BadInput("Cannot use %s: it has %d features, and the model has %d"
                        .formatted(source.name(), found, atLeast));
            }
            return atWidth(spark, table, source, atLeast);
        }
        return table;
    }

    private static int width(Table libsvm) {
        return (int) libsvm.frame().schema().apply(FEATURES).metadata().getLong(NUM_FEATURES);
    }

    private static Table atWidth(SparkSession spark, Table table, TableSource source, int width) {
        if (width(table) == width) {
            return table;
        }
        Map<String, String> options = new HashMap<>(source.options());
        options.put(NUM_FEATURES, Integer.toString(width));
        return new Table(load(spark, source, TableFormat.LIBSVM, options), source.name(), true);
    }

    private static Table csv(SparkSession spark, TableSource source, List<FileStatus> files) {
        Map<String, String> options = new HashMap<>();
        options.put("header", "true");
        options.put("inferSchema", "true");
        // "1, 2" is two numbers to everyone but a CSV parser.
        options.put("ignoreLeadingWhiteSpace", "true");
        options.put("ignoreTrailingWhiteSpace", "true");
        options.putAll(source.options());
        Dataset<Row> frame = load(spark, source, TableFormat.CSV, options);
        if (Boolean.parseBoolean(options.get("header"))) {
            CsvHeaders.check(frame.schema(), source, files, conf(spark));
        }
        return Table.of(frame, source.name());
    }

    static Configuration conf(SparkSession spark) {
        return spark.sessionState().newHadoopConf();
    }
}
