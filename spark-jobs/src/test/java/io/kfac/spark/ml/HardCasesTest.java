package io.kfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

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
    private static String shared(String name) {
        String root = System.getenv().getOrDefault("KFAC_SHARED_DATA", "../../shared/data");
        Path file = Path.of(root, name).toAbsolutePath().normalize();
        Assumptions.assumeTrue(Files.exists(file), "skipped: no shared data at " + file);
        return file.toString();
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
        System.out.println(model.summary().findings());
        System.out.println(
                model.summary().report().jobs() + " " + model.summary().report().seconds());
        assertThat(separation.features())
                .containsExactly("features[11]", "features[12]", "features[33]", "features[88]", "features[122]");
        List<Coefficient> table = model.summary().coefficients();
        for (int j : new int[] {11, 12, 33, 88, 122}) {
            assertThat(table.get(j).standardError()).isInfinite();
        }
        assertThat(table.stream().filter(row -> Double.isFinite(row.standardError())))
                .hasSizeGreaterThan(50);
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
        System.out.println(model.summary().findings());
        System.out.println(
                model.summary().report().jobs() + " " + model.summary().report().seconds());
        assertThat(finding(model, Finding.Kind.COLLINEAR).features()).isNotEmpty();
        assertThat(finding(model, Finding.Kind.SEPARATION_QUASI).features()).isNotEmpty();
    }
}
