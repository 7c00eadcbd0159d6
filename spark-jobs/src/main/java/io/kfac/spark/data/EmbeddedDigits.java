package io.kfac.spark.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * The data set in the jar: 1,797 handwritten digits of 8x8 pixels (UCI, as scikit-learn ships them, BSD-3). Columns
 * pixel_0_0 to pixel_7_7 (0 to 16) and label. Read from the class path, so it is there in cluster mode and without any
 * file system.
 */
public final class EmbeddedDigits {
    private static final String RESOURCE = "digits.csv.gz";
    private static final int SIDE = 8;

    private EmbeddedDigits() {}

    public static Table read(SparkSession spark) {
        List<StructField> fields = new ArrayList<>();
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
            String name = "pixel_%d_%d".formatted(pixel / SIDE, pixel % SIDE);
            fields.add(DataTypes.createStructField(name, DataTypes.IntegerType, false));
        }
        fields.add(DataTypes.createStructField("label", DataTypes.IntegerType, false));
        return Table.of(spark.createDataFrame(rows(), DataTypes.createStructType(fields)), "the embedded digits");
    }

    private static List<Row> rows() {
        try (InputStream in = EmbeddedDigits.class.getResourceAsStream(RESOURCE);
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(new GZIPInputStream(in), StandardCharsets.US_ASCII))) {
            return reader.lines()
                    .map(line -> RowFactory.create(Arrays.stream(line.split(",", -1))
                            .map(Integer::valueOf)
                            .toArray()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
