package io.kfac.spark.data;

import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileStatus;

/** Tells a format from file names. */
final class TableFormat {
    static final String LIBSVM = "libsvm";
    static final String CSV = "csv";
    static final String IDX = "idx";
    static final String TABLE = "table";

    private TableFormat() {}

    /** @throws BadInput if the names do not tell */
    static String guess(String path, List<FileStatus> files) {
        return files.stream()
                .map(file -> of(InputFiles.plainName(file.getPath())))
                .filter(format -> !format.isEmpty())
                .findFirst()
                .orElseThrow(() -> new BadInput(("Cannot tell the format of %s from its name."
                                + " Remedy: --format libsvm, csv, parquet, idx or the name of a Spark data source")
                        .formatted(path)));
    }

    private static String of(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        if (name.contains("idx3-ubyte") || name.contains("idx1-ubyte") || name.endsWith(".idx")) {
            return IDX;
        }
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return switch (extension) {
            case "csv" -> CSV;
            case "libsvm", "svm", "svmlight" -> LIBSVM;
            // Parquet files may carry the codec before the extension, or after it: part-0.snappy.parquet,
            // part-0.parquet.
            case "parquet", "orc", "json", "avro" -> extension;
            default -> "";
        };
    }
}
