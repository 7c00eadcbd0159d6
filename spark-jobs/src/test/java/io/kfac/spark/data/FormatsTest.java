package io.kfac.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.spark.data.Collected.BlockRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormatsTest {
    private static final SparkSession SPARK = TestSpark.session();
    private static final EncodingOptions RAW = EncodingOptions.defaults().withStandardize(false);

    @TempDir
    Path folder;

    private static DataSummary summary(Table table, DataOptions options) {
        try (TrainingData data = TrainingData.load(table, options)) {
            return data.summary();
        }
    }

    @Test
    void embeddedDigits() {
        try (TrainingData data = TrainingData.load(EmbeddedDigits.read(SPARK), DataOptions.defaults())) {
            assertThat(data.summary().rows()).isEqualTo(1797);
            assertThat(data.summary().features()).isEqualTo(64);
            assertThat(data.labels().orElseThrow().classes())
                    .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
            // scikit-learn's digits: mean of pixel (2, 2)
            assertThat(data.columnMeans()[2]).isCloseTo(5.2048, within(1e-4));
        }
    }

    @Test
    void embeddedDigitsAreTheSharedOnes() {
        TableSource source =
                TableSource.of(TestSpark.shared("digits/digits.csv.gz")).withOption("header", "false");
        BlockOptions blocks = BlockOptions.defaults().withPartitions(2);
        DataOptions options = DataOptions.forLabel("_c64").with(RAW).with(blocks);
        try (TrainingData shared = TrainingData.load(Tables.read(SPARK, source), options);
                TrainingData embedded = TrainingData.load(
                        EmbeddedDigits.read(SPARK),
                        DataOptions.defaults().with(RAW).with(blocks))) {
            assertThat(Collected.fingerprint(shared)).isEqualTo(Collected.fingerprint(embedded));
        }
    }

    @Test
    void idxDirectoryWithItsTestImages() {
        TableSource source = TableSource.of(TestSpark.shared("mnist"));
        DataOptions options = DataOptions.defaults().with(RAW);
        TableSource test = Tables.ownTestData(SPARK, source).orElseThrow();
        try (TrainingData data = TrainingData.load(Tables.read(SPARK, test), options)) {
            assertThat(data.summary().rows()).isEqualTo(10_000);
            assertThat(data.summary().features()).isEqualTo(784);
            Map<Long, BlockRow> rows = Collected.byId(data);
            // MNIST's test labels begin 7, 2, 1, 0, 4; its first image sums to 18,454.
            assertThat(List.of(0L, 1L, 2L, 3L, 4L))
                    .extracting(id -> (int) rows.get(id).target())
                    .containsExactly(7, 2, 1, 0, 4);
            double pixels = java.util.Arrays.stream(rows.get(0L).features()).sum() - 1;
            assertThat(pixels * 255).isCloseTo(18_454, within(0.05));
        }
        assertThat(Tables.read(SPARK, source).frame().count()).isEqualTo(60_000);
        Tables.Pair pair = Tables.readPair(SPARK, source, source);
        assertThat(pair.test().frame().count()).isEqualTo(10_000);
    }

    @Test
    void idxPlainFilesAreReadInRanges() throws IOException {
        byte[] images = new byte[16 + 7 * 4];
        byte[] labels = new byte[8 + 7];
        java.nio.ByteBuffer.wrap(images).putInt(0x803).putInt(7).putInt(2).putInt(2);
        java.nio.ByteBuffer.wrap(labels).putInt(0x801).putInt(7);
        for (int i = 0; i < 7; i++) {
            labels[8 + i] = (byte) (i % 2);
            images[16 + 4 * i + 1] = (byte) (40 * i);
        }
        Files.write(folder.resolve("a-images-idx3-ubyte"), images);
        Files.write(folder.resolve("a-labels-idx1-ubyte"), labels);
        Table table = Tables.read(
                SPARK, TableSource.of(folder.resolve("a-images-idx3-ubyte").toString()));
        List<Row> rows = table.frame().collectAsList();
        assertThat(rows).hasSize(7);
        for (int i = 0; i < 7; i++) {
            assertThat(rows.get(i).getInt(0)).isEqualTo(i % 2);
            assertThat(((Vector) rows.get(i).get(1)).toArray()).containsExactly(0, 40 * i / 255.0, 0, 0);
        }
    }

    @Test
    void libsvmAtTheWidthOfTheWiderFile() {
        TableSource train = TableSource.of(TestSpark.shared("a9a/a9a.gz"), "libsvm");
        TableSource test = TableSource.of(TestSpark.shared("a9a/a9a.t.gz"), "libsvm");
        Tables.Pair pair = Tables.readPair(SPARK, train, test); // the test file has 122 features
        try (TrainingData data = TrainingData.load(pair.train(), DataOptions.defaults());
                TrainingData tested = TrainingData.load(pair.test(), DataOptions.defaults(), data.encoding())) {
            assertThat(data.summary().rows()).isEqualTo(32_561);
            assertThat(data.summary().features()).isEqualTo(123);
            assertThat(data.labels().orElseThrow().classes()).containsExactly("-1", "1");
            assertThat(tested.summary().rows()).isEqualTo(16_281);
            assertThat(tested.summary().features()).isEqualTo(123);
        }
        assertThat(Tables.read(SPARK, test, 123)
                        .frame()
                        .first()
                        .<Vector>getAs("features")
                        .size())
                .isEqualTo(123);
    }

    @Test
    void labelsFromOneToTwentySix() {
        Table table = Tables.read(SPARK, TableSource.of(TestSpark.shared("letter/letter.scale.gz"), "libsvm"));
        try (TrainingData data = TrainingData.load(table, DataOptions.defaults())) {
            assertThat(data.summary().classes()).isEqualTo(26);
            assertThat(data.labels().orElseThrow().classes())
                    .startsWith("1", "2", "3")
                    .endsWith("26");
            assertThat(Collected.rows(data)).extracting(BlockRow::target).contains(0.0, 25.0);
            assertThat(data.summary().rows()).isEqualTo(15_000);
        }
    }

    @Test
    void wideSparseTextStaysSparse() {
        Table table = Tables.read(SPARK, TableSource.of(TestSpark.shared("news20/news20.t.bz2"), "libsvm"));
        DataSummary summary = summary(table, DataOptions.defaults());
        assertThat(summary.rows()).isEqualTo(3_993);
        assertThat(summary.classes()).isEqualTo(20);
        assertThat(summary.storage()).isEqualTo(Storage.SPARSE);
        assertThat(summary.bytes()).isLessThan(10_000_000);
    }

    @Test
    void csvCompressedAndParquetOfTheSame() {
        Table csv = Tables.read(SPARK, TableSource.of(TestSpark.shared("covtype/covtype-93k.csv.gz")));
        String label = csv.frame().columns()[csv.frame().columns().length - 1];
        DataOptions options = DataOptions.forLabel(label);
        csv.frame().write().parquet(folder.resolve("covtype.parquet").toString());
        Table parquet = Tables.read(
                SPARK, TableSource.of(folder.resolve("covtype.parquet").toString()));
        try (TrainingData a = TrainingData.load(csv, options);
                TrainingData b = TrainingData.load(parquet, options)) {
            assertThat(a.summary().rows()).isEqualTo(92_962);
            assertThat(a.summary().features()).isEqualTo(54);
            assertThat(a.labels().orElseThrow().classes()).containsExactly("1", "2", "3", "4", "5", "6", "7");
            assertThat(a.summary().weightSum()).isEqualTo(b.summary().weightSum());
            assertThat(Collected.rows(a).stream().mapToLong(BlockRow::id).toArray())
                    .isEqualTo(
                            Collected.rows(b).stream().mapToLong(BlockRow::id).toArray());
        }
    }

    @Test
    void rowsKeepTheirNumbersHoweverSparkPacksTheFiles() throws IOException {
        // Spark sorts files by size and packs them: without care row numbers would follow the packing.
        for (int file = 0; file < 4; file++) {
            StringBuilder text = new StringBuilder("x,label\n");
            int rows = 50 + 60 * file;
            for (int i = 0; i < rows; i++) {
                text.append(file * 1000.5 + i * 2).append(',').append(i % 2).append('\n');
            }
            Files.writeString(folder.resolve("part-" + file + ".csv"), text);
        }
        DataOptions options =
                DataOptions.defaults().with(RAW).with(Collected.doubles().withPartitions(2));
        List<String> expected = List.of();
        for (String bytes : List.of("100m", "700", "100")) {
            SPARK.conf().set("spark.sql.files.maxPartitionBytes", bytes);
            SPARK.conf().set("spark.sql.files.openCostInBytes", "0");
            try (TrainingData data =
                    TrainingData.load(Tables.read(SPARK, TableSource.of(folder.toString())), options)) {
                List<String> found = Collected.fingerprint(data);
                assertThat(found).hasSize(560);
                assertThat(Collected.byId(data).get(50L).features()[0]).isEqualTo(1000.5);
                if (!expected.isEmpty()) {
                    assertThat(found).isEqualTo(expected);
                }
                expected = found;
            } finally {
                SPARK.conf().unset("spark.sql.files.maxPartitionBytes");
                SPARK.conf().unset("spark.sql.files.openCostInBytes");
            }
        }
    }

    @Test
    void arraysOfFloatsAndCatalogTables() {
        Dataset<Row> frame = SPARK.range(0, 40, 1, 2)
                .selectExpr("array(cast(id as float), cast(2 as float)) f", "array(id, -id) g", "id % 2 = 0 as label");
        frame.createOrReplaceTempView("arrays");
        Table table = Tables.read(SPARK, TableSource.of("arrays", "table"));
        DataOptions options = DataOptions.defaults().with(RAW).with(Collected.doubles());
        try (TrainingData data = TrainingData.load(table, options)) {
            assertThat(data.labels().orElseThrow().classes()).containsExactly("false", "true");
            BlockRow row = Collected.byId(data).get(6L);
            assertThat(row.features()).containsExactly(6, 2, 6, -6, 1);
            assertThat(row.target()).isEqualTo(1);
        }
    }
}
