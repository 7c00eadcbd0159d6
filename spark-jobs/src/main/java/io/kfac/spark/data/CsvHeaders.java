package io.kfac.spark.data;

import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.types.StructType;

/**
 * Two things that Spark's CSV reader passes over in silence: a first line that is no header, and files whose headers
 * differ.
 */
final class CsvHeaders {
    /** Files whose headers are compared; more would take the driver too long. */
    private static final int COMPARED = 200;

    private CsvHeaders() {}

    static void check(StructType schema, TableSource source, List<FileStatus> files, Configuration conf) {
        String[] names = schema.fieldNames();
        if (names.length == 0) {
            throw new BadInput("Cannot read %s: it is empty".formatted(source.name()));
        }
        if (Arrays.stream(names).allMatch(CsvHeaders::isNumber)) {
            throw new BadInput(("Cannot read %s: its first line should name the columns, and holds the numbers %s."
                            + " Remedy: --set data.options.header=false, which names the columns _c0, _c1, ...")
                    .formatted(source.name(), String.join(", ", Arrays.copyOf(names, Math.min(5, names.length)))));
        }
        List<FileStatus> filled =
                files.stream().filter(file -> file.getLen() > 0).limit(COMPARED).toList();
        String first = header(filled.get(0), conf);
        for (FileStatus file : filled) {
            String header = header(file, conf);
            if (!header.equals(first)) {
                throw new BadInput("Cannot read %s: its files have different headers, '%s' in %s and '%s' in %s"
                        .formatted(
                                source.name(),
                                shortened(first),
                                filled.get(0).getPath().getName(),
                                shortened(header),
                                file.getPath().getName()));
            }
        }
    }

    private static String header(FileStatus file, Configuration conf) {
        return InputFiles.firstLine(file.getPath(), conf).strip();
    }

    private static String shortened(String header) {
        return header.length() <= 60 ? header : header.substring(0, 60) + "...";
    }

    /** Spark renames repeated names by appending their position: 0, 01, 02: still numbers. */
    private static boolean isNumber(String name) {
        try {
            return Double.isFinite(Double.parseDouble(name));
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
