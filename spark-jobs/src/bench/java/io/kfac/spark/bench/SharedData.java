package io.kfac.spark.bench;

import io.kfac.spark.data.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Real sets that lie beside the project, as a user would read them; labels are made 0, 1, ... as MLlib wants them. */
final class SharedData {
    private static final String KEY = "spark.kfac.bench.data";

    private SharedData() {}

    /** Adult: 32,561 x 123, sparse, 2 classes. */
    static Dataset<Row> a9a(SparkSession spark) throws IOException {
        String file = find(spark, "a9a/a9a.gz");
        return Stored.frame(spark, "a9a", () -> libsvm(spark, file, 123, "(label + 1) / 2"));
    }

    /** Letters from images: 15,000 x 16, dense, 26 classes. */
    static Dataset<Row> letter(SparkSession spark) throws IOException {
        String file = find(spark, "letter/letter.scale.gz");
        return Stored.frame(spark, "letter", () -> libsvm(spark, file, 16, "label - 1"));
    }

    /** Twenty newsgroups: 15,935 x 62,061, sparse, 20 classes. */
    static Dataset<Row> news20(SparkSession spark) throws IOException {
        String file = find(spark, "news20/news20.bz2");
        return Stored.frame(spark, "news20", () -> libsvm(spark, file, 62_061, "label - 1"));
    }

    /** Forest cover types: 92,962 x 54, a fifth of them not zero, 7 classes. */
    static Dataset<Row> covtype(SparkSession spark) throws IOException {
        String file = find(spark, "covtype/covtype-93k.csv.gz");
        return Stored.frame(spark, "covtype", () -> csv(spark, file));
    }

    static Dataset<Row> denseCovtype(SparkSession spark) throws IOException {
        String file = find(spark, "covtype/covtype-93k.csv.gz");
        return Stored.frame(spark, "covtype-dense", () -> Stored.dense(spark, csv(spark, file)));
    }

    private static Dataset<Row> libsvm(SparkSession spark, String file, int features, String label) {
        return spark.read()
                .format("libsvm")
                .option("numFeatures", features)
                .load(file)
                .selectExpr(label + " AS label", "features");
    }

    /** The label is the last column. */
    private static Dataset<Row> csv(SparkSession spark, String file) {
        Dataset<Row> table =
                spark.read().option("header", true).option("inferSchema", true).csv(file);
        String[] columns = table.columns();
        return new VectorAssembler()
                .setInputCols(Arrays.copyOf(columns, columns.length - 1))
                .setOutputCol("features")
                .transform(table)
                .selectExpr("CAST(%s - 1 AS DOUBLE) AS label".formatted(columns[columns.length - 1]), "features");
    }

    private static String find(SparkSession spark, String name) {
        Path file = Path.of(spark.conf().get(KEY, "../shared/data"), name)
                .toAbsolutePath()
                .normalize();
        if (!Files.exists(file)) {
            throw new BadInput("Cannot read %s: no such file. Remedy: --conf %s=DIR, the folder that has %s"
                    .formatted(file, KEY, name));
        }
        return file.toUri().toString();
    }
}
