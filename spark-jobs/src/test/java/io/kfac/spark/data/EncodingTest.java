package io.kfac.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.linalg.Precision;
import io.kfac.spark.data.Collected.BlockRow;
import io.kfac.spark.data.RowEncoder.EncodedRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncodingTest {
    private static final SparkSession SPARK = TestSpark.session();
    private static final EncodingOptions RAW = EncodingOptions.defaults().withStandardize(false);
    private static final BlockOptions DOUBLES = Collected.doubles().withPartitions(2);

    @TempDir
    Path folder;

    private Table csv(String text) throws IOException {
        Path file = Files.createTempFile(folder, "t", ".csv");
        Files.writeString(file, text);
        return Tables.read(SPARK, TableSource.of(file.toString()));
    }

    private static final String PEOPLE = """
            age, colour, member, kind
            30, red, true, yes
            40, blue, false, no
            , red, true, yes
            50, , false, no
            40, green, true, maybe
            """;

    private static DataOptions people(Impute impute) {
        return DataOptions.forLabel("kind").with(RAW.withImpute(impute)).with(DOUBLES);
    }

    @Test
    void numbersStringsBooleansAndStringLabels() throws IOException {
        try (TrainingData data = TrainingData.load(csv(PEOPLE), people(Impute.MEAN))) {
            assertThat(data.encoding().features().featureNames())
                    .containsExactly("age", "colour=blue", "colour=green", "colour=red", "member");
            assertThat(data.labels().orElseThrow().classes()).containsExactly("maybe", "no", "yes");
            Map<Long, BlockRow> rows = Collected.byId(data);
            assertThat(rows.get(0L).features()).containsExactly(30, 0, 0, 1, 1, 1);
            assertThat(rows.get(1L).features()).containsExactly(40, 1, 0, 0, 0, 1);
            assertThat(rows.get(2L).features()).containsExactly(40, 0, 0, 1, 1, 1); // mean of 30, 40, 50, 40
            assertThat(rows.get(3L).features()).containsExactly(50, 0, 0, 1, 0, 1); // red is most frequent
            assertThat(rows.values()).extracting(BlockRow::target).containsExactly(2.0, 1.0, 2.0, 1.0, 0.0);
            // Moments are those of the features as they are used: checked against the blocks.
            for (int j = 0; j < 5; j++) {
                int column = j;
                double mean = rows.values().stream()
                        .mapToDouble(row -> row.features()[column])
                        .average()
                        .orElseThrow();
                double squares = rows.values().stream()
                        .mapToDouble(row -> Math.pow(row.features()[column] - mean, 2))
                        .sum();
                assertThat(data.columnMeans()[j]).isCloseTo(mean, within(1e-12));
                assertThat(data.columnSigmas()[j]).isCloseTo(Math.sqrt(squares / 4), within(1e-12));
            }
            assertThat(data.summary().density()).isCloseTo((5 + 5 + 3) / 25.0, within(1e-12));
        }
    }

    @Test
    void imputesByZeroAndByTheMostFrequent() throws IOException {
        try (TrainingData data = TrainingData.load(csv(PEOPLE), people(Impute.ZERO))) {
            Map<Long, BlockRow> rows = Collected.byId(data);
            assertThat(rows.get(2L).features()).containsExactly(0, 0, 0, 1, 1, 1);
            assertThat(rows.get(3L).features()).containsExactly(50, 0, 0, 0, 0, 1);
            assertThat(data.columnMeans()[0]).isCloseTo(32, within(1e-12));
        }
        try (TrainingData data = TrainingData.load(csv(PEOPLE), people(Impute.MOST_FREQUENT))) {
            assertThat(Collected.byId(data).get(2L).features()[0]).isEqualTo(40);
        }
        assertThat(Impute.parse("most-frequent")).isEqualTo(Impute.MOST_FREQUENT);
    }

    @Test
    void unseenCategoriesAreZerosAndCounted() throws IOException {
        Table later = csv("member,colour,age,kind\ntrue,pink,31,yes\nfalse,red,32,no\n");
        try (TrainingData data = TrainingData.load(csv(PEOPLE), people(Impute.MEAN));
                TrainingData test = TrainingData.load(later, people(Impute.MEAN), data.encoding())) {
            Map<Long, BlockRow> rows = Collected.byId(test);
            assertThat(rows.get(0L).features()).containsExactly(31, 0, 0, 0, 1, 1);
            assertThat(rows.get(1L).features()).containsExactly(32, 0, 0, 1, 0, 1);
            assertThat(rows.get(0L).target()).isEqualTo(2);
            assertThat(test.summary().unseenCategories()).isEqualTo(1);
        }
    }

    @Test
    void encodesRowsForPredictionAsForTraining() throws IOException {
        DataOptions options =
                people(Impute.MEAN).with(EncodingOptions.defaults().withImpute(Impute.MEAN));
        Table table = csv(PEOPLE);
        try (TrainingData data = TrainingData.load(table, options)) {
            Map<Long, BlockRow> expected = Collected.byId(data);
            Table unlabelled = Table.of(table.frame().drop("kind"));
            RowEncoder encoder = RowEncoder.of(unlabelled, data.encoding(), Precision.DOUBLE);
            List<Row> rows = unlabelled.frame().collectAsList();
            List<EncodedRows> blocks = new ArrayList<>();
            encoder.encode(rows.iterator()).forEachRemaining(blocks::add);
            assertThat(blocks).hasSize(1);
            assertThat(blocks.get(0).bad()).isEmpty();
            assertThat(blocks.get(0).rows()).isEqualTo(rows);
            Collected.rows(blocks.get(0).batch(), 0).forEach(row -> assertThat(row.features())
                    .isEqualTo(expected.get(row.id()).features()));
            // The encoder travels: the same in tasks.
            long counted = unlabelled
                    .frame()
                    .toJavaRDD()
                    .mapPartitions(encoder::encode)
                    .map(block -> block.batch().rows())
                    .reduce(Integer::sum);
            assertThat(counted).isEqualTo(5);
            assertThat(Tables.check(table, options, data.encoding(), true)).isEqualTo(5);
        }
    }

    @Test
    void predictionSaysWhichRowsAreBad() throws IOException {
        DataOptions options = DataOptions.forLabel("y").with(DOUBLES);
        try (TrainingData data = TrainingData.load(csv("a,b,y\n1,2,0\n3,5,1\n2,2,0\n"), options)) {
            Table bad = csv("a,b\n1,2\n3,\nNaN,1\n");
            RowEncoder encoder = RowEncoder.of(bad, data.encoding(), Precision.FLOAT);
            EncodedRows block =
                    encoder.encode(bad.frame().collectAsList().iterator()).next();
            assertThat(block.bad()).containsExactly(1, 2);
        }
    }

    @Test
    void labelsMatchHoweverTheColumnIsTyped() throws IOException {
        LabelEncoding numeric = new LabelEncoding("y", true, List.of("-1", "0.5", "2"));
        assertThat(numeric.classOf("2.0")).hasValue(2);
        assertThat(numeric.classOf("x")).isEmpty();
        assertThat(numeric.classOf("-1")).hasValue(0);
        LabelEncoding strings = new LabelEncoding("y", false, List.of("1", "a"));
        assertThat(strings.classOf("1")).hasValue(0);
        // Trained with strings "1" and "a"; the test table has only 1 and is read as numbers.
        DataOptions options = DataOptions.forLabel("y").with(DOUBLES);
        try (TrainingData data = TrainingData.load(csv("x,y\n1,1\n2,a\n4,1\n"), options);
                TrainingData test = TrainingData.load(csv("x,y\n1,1\n2,1\n"), options, data.encoding())) {
            assertThat(Collected.rows(test)).extracting(BlockRow::target).containsOnly(0.0);
        }
    }

    @Test
    void wholeWeightsCountRowsAndOthersAreRelative() {
        RowTotals whole = new RowTotals();
        RowTotals scaled = new RowTotals();
        for (double weight : new double[] {1, 2, 3}) {
            whole.add(weight, 0);
            scaled.add(weight / 6, 0);
        }
        assertThat(whole.degreesOfFreedom()).isEqualTo(5);
        assertThat(scaled.degreesOfFreedom()).isCloseTo(1 - 14.0 / 36, within(1e-12));
    }

    @Test
    void columnNamesMayHoldDotsAndQuotes() throws IOException {
        try (TrainingData data =
                TrainingData.load(csv("a.b,c`d,label\n1,2,0\n2,1,1\n5,5,0\n"), DataOptions.defaults())) {
            assertThat(data.encoding().features().featureNames()).containsExactly("a.b", "c`d");
        }
    }

    @Test
    void keptColumnsMayLookLikeIdentifiers() throws IOException {
        StringBuilder text = new StringBuilder("n,label\n");
        for (int i = 1; i <= 30; i++) {
            text.append(i).append(',').append(i % 2).append('\n');
        }
        DataOptions keep = DataOptions.defaults().with(Columns.all().withKeep(List.of("n")));
        try (TrainingData data = TrainingData.load(csv(text.toString()), keep)) {
            assertThat(data.summary().features()).isEqualTo(1);
        }
    }
}
