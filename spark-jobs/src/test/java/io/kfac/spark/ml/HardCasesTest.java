package io.kfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What is known of published data: skipped, with a message, where they are absent. */
class HardCasesTest {
    /** As the tests of the readers find it. */
    private static String shared(String path) {
        Path root = Path.of("..", "..", "shared", "data", path);
        Path fromRoot = Path.of("..", "shared", "data", path);
        Path found = Files.exists(root) ? root : fromRoot;
        String given = System.getProperty("kfac.shared.data", "");
        if (!given.isEmpty()) {
            found = Path.of(given, path);
        }
        Assumptions.assumeTrue(Files.exists(found), "skipped: no shared data at " + found);
        return found.toString();
    }

    private static Finding finding(KfacClassificationModel model, Finding.Kind kind) {
        List<Finding> found = model.summary().findings().stream()
                .filter(finding -> finding.kind() == kind)
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    /** Features 12, 13, 34, 89 and 123, counted from 1, never occur with a positive label. */
    @Test
    void adultIsQuasiSeparated() {
        Dataset<Row> frame = Samples.SPARK
                .read()
                .format("libsvm")
                .option("numFeatures", "123")
                .load(shared("a9a/a9a.gz"))
                .withColumn("label", functions.expr("CAST(label > 0 AS DOUBLE)"));
        KfacClassificationModel model = new KfacClassifier().fit(frame);
        Finding separation = finding(model, Finding.Kind.SEPARATION_QUASI);
        assertThat(separation.features())
                .containsExactly("features[11]", "features[12]", "features[33]", "features[88]", "features[122]");
        assertThat(model.summary().certificate().orElseThrow().objective()).isCloseTo(0.3226207079, within(5e-10));
        List<Coefficient> table = model.summary().coefficients();
        for (int j : new int[] {11, 12, 33, 88, 122}) {
            assertThat(table.get(j).standardError()).isInfinite();
        }
        assertThat(table.stream().filter(row -> Double.isFinite(row.standardError())))
                .hasSizeGreaterThan(30);
    }

    @Test
    void covertypeIsQuasiSeparatedAndCollinear() {
        Dataset<Row> table = Samples.SPARK
                .read()
                .option("header", "true")
                .option("inferSchema", "true")
                .csv(shared("covtype/covtype-93k.csv.gz"));
        Dataset<Row> frame = new VectorAssembler()
                .setInputCols(Arrays.stream(table.columns())
                        .filter(name -> !name.equals("Cover_Type"))
                        .toArray(String[]::new))
                .setOutputCol("features")
                .transform(table)
                .withColumnRenamed("Cover_Type", "label");
        KfacClassificationModel model = new KfacClassifier().fit(frame);
        assertThat(model.summary().certificate().orElseThrow().objective()).isCloseTo(0.62842590, within(5e-9));
        assertThat(finding(model, Finding.Kind.COLLINEAR).features())
                .containsExactly("Wilderness_Area4", "Soil_Type40");
        assertThat(finding(model, Finding.Kind.COLLINEAR).message())
                .contains("Wilderness_Area4 = 1 - Wilderness_Area1 - Wilderness_Area2 - Wilderness_Area3");
        assertThat(finding(model, Finding.Kind.SEPARATION_QUASI).features())
                .contains("Wilderness_Area1")
                .doesNotContain("Elevation", "Soil_Type15");
    }
}
