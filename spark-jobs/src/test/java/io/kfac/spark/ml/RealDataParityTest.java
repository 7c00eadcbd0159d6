package io.kfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of real sets, a constant column added: never above MLlib run long. All of their rows: {@code scripts/bench parity}. */
class RealDataParityTest {
    /** Of the objective, relative. */
    private static final double NEVER_ABOVE = 1e-9;

    private static final int MOST_FEATURES = 300;

    private static final StructType SCHEMA = new StructType()
            .add("label", DataTypes.DoubleType, false)
            .add("features", SQLDataTypes.VectorType(), false);

    @ParameterizedTest(name = "{0}: regParam {2}, elasticNetParam {3}, standardization {4}")
    @CsvSource({
        "a9a, 1500, 0, 0, true",
        "a9a, 1500, 1e-3, 0.5, false",
        "a9a, 1500, 1e-3, 1, true",
        "covtype, 1500, 1e-3, 0, false",
        "covtype, 1500, 1e-3, 0.5, true",
        "letter, 1500, 1e-3, 1, false",
        "letter, 1500, 1e-3, 0, true",
        "news20, 400, 1e-3, 0, true",
        "news20, 200, 1e-3, 0.5, false",
    })
    void neverAbove(String set, int rows, double regParam, double elasticNetParam, boolean standardization) {
        Dataset<Row> frame = frame(set, rows).coalesce(1).cache();
        LogisticRegressionModel peer = new LogisticRegression()
                .setMaxIter(150)
                .setTol(1e-12)
                .setRegParam(regParam)
                .setElasticNetParam(elasticNetParam)
                .setStandardization(standardization)
                .fit(frame);
        KfacClassificationModel ours = new KfacClassifier()
                .setMaxIter(500)
                .setTol(1e-12)
                .setRegParam(regParam)
                .setElasticNetParam(elasticNetParam)
                .setStandardization(standardization)
                .fit(frame);
        Penalised objective = new Penalised(frame.collectAsList(), false, regParam, elasticNetParam, standardization);
        double best = objective.at(peer.coefficientMatrix(), peer.interceptVector());
        assertThat(objective.at(ours.coefficientMatrix(), ours.interceptVector()))
                .isLessThanOrEqualTo(best * (1 + NEVER_ABOVE));
        for (int k = 0; k < ours.coefficientMatrix().numRows(); k++) {
            assertThat(ours.coefficientMatrix().apply(k, ours.numFeatures() - 1))
                    .isEqualTo(0);
        }
        frame.unpersist(true);
    }

    private static Dataset<Row> frame(String set, int rows) {
        Dataset<Row> all =
                switch (set) {
                    case "a9a" -> libsvm("a9a/a9a.gz", 123, "(label + 1) / 2");
                    case "letter" -> libsvm("letter/letter.scale.gz", 16, "label - 1");
                    case "news20" -> libsvm("news20/news20.bz2", 62_061, "label - 1");
                    default -> covtype();
                };
        return Samples.SPARK.createDataFrame(
                all.limit(rows)
                        .toJavaRDD()
                        .map(row -> RowFactory.create(row.getDouble(0), widened(row.<Vector>getAs(1)))),
                SCHEMA);
    }

    private static Dataset<Row> libsvm(String file, int features, String label) {
        return Samples.SPARK
                .read()
                .format("libsvm")
                .option("numFeatures", features)
                .load(shared(file))
                .selectExpr(label + " AS label", "features");
    }

    /** The label is the last column. */
    private static Dataset<Row> covtype() {
        Dataset<Row> table = Samples.SPARK
                .read()
                .option("header", true)
                .option("inferSchema", true)
                .csv(shared("covtype/covtype-93k.csv.gz"));
        String[] columns = table.columns();
        return new VectorAssembler()
                .setInputCols(Arrays.copyOf(columns, columns.length - 1))
                .setOutputCol("features")
                .transform(table)
                .selectExpr("CAST(%s - 1 AS DOUBLE) AS label".formatted(columns[columns.length - 1]), "features");
    }

    /** Its leading features and a constant one. */
    private static Vector widened(Vector features) {
        int width = Math.min(MOST_FEATURES, features.size());
        SparseVector sparse = features.toSparse();
        int count = (int) Arrays.stream(sparse.indices()).filter(j -> j < width).count();
        int[] at = Arrays.copyOf(sparse.indices(), count + 1);
        double[] values = Arrays.copyOf(sparse.values(), count + 1);
        at[count] = width;
        values[count] = 7;
        return Vectors.sparse(width + 1, at, values).compressed();
    }

    /** The test is skipped where there is no such file beside the project. */
    private static String shared(String path) {
        Path folder = Path.of(System.getProperty("kfac.shared.data", "../../shared/data"));
        Assumptions.assumeTrue(
                Files.exists(folder.resolve(path)), "skipped: no shared data at " + folder.resolve(path));
        return folder.resolve(path).toString();
    }
}
