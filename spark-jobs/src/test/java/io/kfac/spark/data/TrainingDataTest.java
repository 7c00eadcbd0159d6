package io.kfac.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.spark.data.Collected.BlockRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrainingDataTest {
    private static final SparkSession SPARK = TestSpark.session();
    private static final int ROWS = 700;
    private static final int FEATURES = 9;
    private static final DataOptions DOUBLES =
            DataOptions.defaults().with(Collected.doubles().withPartitions(3).withRows(64));

    private static final StructType SCHEMA = DataTypes.createStructType(List.of(
            DataTypes.createStructField("label", DataTypes.DoubleType, false),
            DataTypes.createStructField("w", DataTypes.DoubleType, false),
            DataTypes.createStructField("features", SQLDataTypes.VectorType(), false)));

    /** Row i is the same whatever its vector's type. */
    private static List<Row> rows(boolean sparse) {
        SplittableRandom random = new SplittableRandom(11);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            double[] x = new double[FEATURES];
            for (int j = 0; j < FEATURES - 1; j++) { // the last column is constant
                x[j] = random.nextInt(10) == 0 ? random.nextDouble(-2, 5) : 0;
            }
            Vector dense = Vectors.dense(x);
            rows.add(RowFactory.create((double) (i % 3), (double) (i % 4), sparse ? dense.toSparse() : dense));
        }
        return rows;
    }

    /** Rows [0, n) of a list cut in order; the cuts may be empty. A union of tables of one partition each would be of one partition. */
    private static Table cut(List<Row> rows, int... ends) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(SPARK.sparkContext());
        JavaRDD<Row> all = context.emptyRDD();
        int from = 0;
        for (int end : ends) {
            JavaRDD<Row> piece = context.parallelize(new ArrayList<>(rows.subList(from, end)), 1);
            all = from == 0 && all.getNumPartitions() == 0 ? piece : all.union(piece);
            from = end;
        }
        Dataset<Row> frame = SPARK.createDataFrame(all, SCHEMA);
        assertThat(frame.rdd().getNumPartitions()).isEqualTo(ends.length);
        return Table.of(frame.drop("w"));
    }

    @AfterEach
    void nothingOfOursStaysCached() {
        assertThat(SPARK.sparkContext().getPersistentRDDs().size()).isZero();
    }

    @Test
    void rowIdsAndBlocksDoNotDependOnTheTablesPartitions() {
        List<Row> rows = rows(false);
        List<String> expected;
        try (TrainingData one = TrainingData.load(cut(rows, ROWS), DOUBLES)) {
            expected = ids(one);
            assertThat(one.summary().rows()).isEqualTo(ROWS);
        }
        for (Table table :
                List.of(cut(rows, 350, ROWS), cut(rows, 0, 5, 5, 100, 333, 690, ROWS), cut(rows, 700, 700))) {
            try (TrainingData many = TrainingData.load(table, DOUBLES)) {
                assertThat(ids(many)).isEqualTo(expected);
            }
        }
    }

    /**
     * Ids, partitions and targets, which must be equal; features are merged in another order and may differ in the last
     * bit.
     */
    private static List<String> ids(TrainingData data) {
        return Collected.rows(data).stream()
                .map(row -> "%d %d %s %.10f".formatted(row.id(), row.partition(), row.target(), row.features()[0]))
                .toList();
    }

    @Test
    void aSecondRunGivesTheSameBits() {
        Table table = cut(rows(false), 100, 350, ROWS);
        List<String> first;
        try (TrainingData data = TrainingData.load(table, DOUBLES)) {
            first = Collected.fingerprint(data);
        }
        try (TrainingData data = TrainingData.load(table, DOUBLES)) {
            assertThat(Collected.fingerprint(data)).isEqualTo(first);
        }
    }

    @Test
    void idsArePositions() {
        List<Row> rows = rows(false);
        DataOptions raw = DOUBLES.with(EncodingOptions.defaults().withStandardize(false));
        try (TrainingData data = TrainingData.load(cut(rows, 123, ROWS), raw)) {
            Map<Long, BlockRow> byId = Collected.byId(data);
            assertThat(byId).hasSize(ROWS);
            for (int i = 0; i < ROWS; i++) {
                double[] x = ((Vector) rows.get(i).get(2)).toArray();
                double[] found = byId.get((long) i).features();
                assertThat(java.util.Arrays.copyOf(found, FEATURES)).isEqualTo(x);
                assertThat(found[FEATURES]).isEqualTo(1);
                assertThat(byId.get((long) i).target()).isEqualTo(i % 3);
            }
        }
    }

    @Test
    void standardisesByTheSampleDeviation() {
        List<Row> rows = rows(false);
        try (TrainingData data = TrainingData.load(cut(rows, 123, ROWS), DOUBLES.with(dense()))) {
            double[] column = new double[ROWS];
            for (int i = 0; i < ROWS; i++) {
                column[i] = ((Vector) rows.get(i).get(2)).apply(4);
            }
            double mean = java.util.Arrays.stream(column).average().orElseThrow();
            double squares = java.util.Arrays.stream(column)
                    .map(x -> (x - mean) * (x - mean))
                    .sum();
            double sigma = Math.sqrt(squares / (ROWS - 1));
            assertThat(data.columnMeans()[4]).isCloseTo(mean, within(1e-13));
            assertThat(data.columnSigmas()[4]).isCloseTo(sigma, within(1e-13));
            Map<Long, BlockRow> byId = Collected.byId(data);
            for (int i = 0; i < ROWS; i++) {
                assertThat(byId.get((long) i).features()[4]).isCloseTo((column[i] - mean) / sigma, within(1e-12));
                assertThat(byId.get((long) i).features()[FEATURES - 1]).isZero(); // a constant column
            }
        }
    }

    private static BlockOptions dense() {
        return Collected.doubles().withPartitions(3).withStorage(Storage.DENSE);
    }

    @Test
    void denseAndSparseStorageHoldTheSameNumbers() {
        DataOptions raw = DOUBLES.with(EncodingOptions.defaults().withStandardize(false));
        BlockOptions sparse = Collected.doubles().withPartitions(3).withStorage(Storage.SPARSE);
        try (TrainingData a = TrainingData.load(cut(rows(false), 123, ROWS), raw.with(dense()));
                TrainingData b = TrainingData.load(cut(rows(true), 600, ROWS), raw.with(sparse));
                TrainingData c = TrainingData.load(cut(rows(true), ROWS), raw.with(dense()))) {
            assertThat(Collected.fingerprint(b)).isEqualTo(Collected.fingerprint(a));
            assertThat(Collected.fingerprint(c)).isEqualTo(Collected.fingerprint(a));
            assertThat(b.summary().bytes()).isLessThan(a.summary().bytes());
            assertThat(b.summary().storage()).isEqualTo(Storage.SPARSE);
            assertThat(a.summary().density()).isCloseTo(b.summary().density(), within(1e-12));
        }
        // With standardisation, sparse blocks are scaled and not centred.
        try (TrainingData a = TrainingData.load(cut(rows(false), ROWS), DOUBLES.with(dense()));
                TrainingData b = TrainingData.load(cut(rows(true), ROWS), DOUBLES.with(sparse))) {
            Map<Long, BlockRow> centred = Collected.byId(a);
            double shift = a.columnMeans()[2] / a.columnSigmas()[2];
            Collected.rows(b).forEach(row -> assertThat(row.features()[2] - shift)
                    .isCloseTo(centred.get(row.id()).features()[2], within(1e-12)));
            assertThat(b.encoding().standardization().centered()).isFalse();
        }
    }

    @Test
    void partitionsAreAlikeWhenTheTableIsSortedByLabel() {
        List<Row> sorted = new ArrayList<>(rows(false));
        sorted.sort(java.util.Comparator.comparingDouble(row -> row.getDouble(0)));
        try (TrainingData data = TrainingData.load(cut(sorted, 350, ROWS), DOUBLES)) {
            double[][] counts = new double[3][3];
            Collected.rows(data).forEach(row -> counts[row.partition()][(int) row.target()]++);
            for (double[] partition : counts) {
                for (double count : partition) {
                    assertThat(count).isBetween(ROWS / 9.0 - 35, ROWS / 9.0 + 35); // 4 standard deviations
                }
            }
        }
    }

    @Test
    void rowsOfPartitionsThatAreAlikeStayWhereTheyAre() {
        int partitions = SPARK.sparkContext().defaultParallelism();
        int rows = 600 * partitions;
        List<Row> drawn = numbered(rows, i -> i % 3);
        Table table = cut(drawn, ends(rows, 2 * partitions));
        DataOptions inPlace = DOUBLES.with(Collected.doubles().withPartitions(0).withRows(64));
        try (TrainingData stayed = TrainingData.load(table, inPlace);
                TrainingData spread =
                        TrainingData.load(table, DOUBLES.with(inPlace.blocks().withPartitions(partitions)))) {
            assertThat(stayed.blocks().getNumPartitions()).isEqualTo(partitions);
            Map<Long, BlockRow> expected = Collected.byId(spread);
            List<BlockRow> found = Collected.rows(stayed);
            assertThat(found).hasSize(rows);
            for (int i = 0; i < rows; i++) {
                assertThat(found.get(i).id()).isEqualTo(i);
                assertThat(found.get(i).partition()).isEqualTo(i / 600);
                assertThat(found.get(i).features())
                        .isEqualTo(expected.get((long) i).features());
                assertThat(found.get(i).target()).isEqualTo(i % 3);
            }
        }
        HoldOut holdOut = new HoldOut(0.25, 5);
        try (TrainingData.Split split = TrainingData.loadSplit(table, inPlace, holdOut)) {
            assertThat(Collected.byId(split.train()).keySet()).noneMatch(holdOut::holds);
            assertThat(Collected.byId(split.test()).keySet())
                    .allMatch(holdOut::holds)
                    .hasSize(rows - (int) split.train().summary().rows());
        }
    }

    @Test
    void rowsOfPartitionsThatAreUnlikeAreSpread() {
        int partitions = SPARK.sparkContext().defaultParallelism();
        int rows = 600 * partitions;
        DataOptions options = DOUBLES.with(Collected.doubles().withPartitions(0));
        Table sorted = cut(numbered(rows, i -> i / (rows / 3)), ends(rows, 2 * partitions));
        Table unequal = cut(numbered(rows, i -> i % 3), 300, rows);
        for (Table table : List.of(sorted, unequal)) {
            try (TrainingData data = TrainingData.load(table, options)) {
                for (BlockRow row : Collected.rows(data)) {
                    assertThat(row.partition()).isEqualTo(RowHash.partition(row.id(), partitions));
                }
            }
        }
    }

    @Test
    void groupsArePartitionsInOrderOfAboutEqualRows() {
        assertThat(PartitionGroups.of(new long[] {300, 310, 600, 290, 290}, 3)
                        .orElseThrow()
                        .ends())
                .containsExactly(2, 3, 5);
        assertThat(PartitionGroups.of(new long[] {300, 300, 300}, 2)).isEmpty();
        assertThat(PartitionGroups.of(new long[] {300, 300}, 3)).isEmpty();
        assertThat(PartitionGroups.of(new long[] {3, 300, 297, 300}, 2)).isEmpty();
    }

    private static int[] ends(int rows, int partitions) {
        return java.util.stream.IntStream.rangeClosed(1, partitions)
                .map(p -> rows / partitions * p)
                .toArray();
    }

    private static List<Row> numbered(int rows, java.util.function.IntUnaryOperator label) {
        SplittableRandom random = new SplittableRandom(4);
        List<Row> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            double[] x = random.doubles(FEATURES).toArray();
            all.add(RowFactory.create((double) label.applyAsInt(i), 1.0, Vectors.dense(x)));
        }
        return all;
    }

    @Test
    void weightsAreKeptAndCountAsCopies() {
        List<Row> rows = rows(false);
        List<Row> copies = new ArrayList<>();
        rows.forEach(row -> copies.addAll(java.util.Collections.nCopies((int) row.getDouble(1), row)));
        Table weighted = Table.of(SPARK.createDataFrame(rows, SCHEMA));
        DataOptions options = DOUBLES.with(Columns.all().withWeight("w"));
        try (TrainingData once = TrainingData.load(weighted, options);
                TrainingData often = TrainingData.load(cut(copies, copies.size()), DOUBLES)) {
            assertThat(once.summary().weightSum()).isEqualTo(copies.size());
            assertThat(once.columnMeans()).containsExactly(often.columnMeans(), within(1e-12));
            assertThat(once.columnSigmas()).containsExactly(often.columnSigmas(), within(1e-12));
            Collected.rows(once).forEach(row -> assertThat(row.weight()).isEqualTo(row.id() % 4));
        }
    }

    @Test
    void anIdColumnNamesRows() {
        Dataset<Row> frame = SPARK.createDataFrame(rows(false), SCHEMA)
                .drop("w")
                .withColumn("key", functions.expr("1000 - monotonically_increasing_id()"))
                .withColumn("name", functions.expr("concat('row ', key)"));
        DataOptions options = DOUBLES.with(Columns.all().withId("key").withDrop(List.of("name")));
        Table table = Table.of(frame.coalesce(1));
        try (TrainingData data = TrainingData.load(table, options)) {
            assertThat(Collected.byId(data).keySet()).hasSize(ROWS).contains(1000L, 301L);
        }
        DataOptions named = DOUBLES.with(Columns.all().withId("name").withDrop(List.of("key")));
        try (TrainingData data = TrainingData.load(table, named);
                TrainingData again = TrainingData.load(Table.of(frame.repartition(5)), named)) {
            assertThat(Collected.byId(data)).hasSize(ROWS);
            // Order by id, whatever the order of the table.
            assertThat(ids(again)).isEqualTo(ids(data));
        }
    }

    @Test
    void rowsOfOneIdKeepTheOrderOfTheTable() {
        Dataset<Row> frame =
                SPARK.createDataFrame(rows(false), SCHEMA).coalesce(1).withColumn("key", functions.lit(7L));
        try (TrainingData data = TrainingData.load(
                Table.of(frame), DOUBLES.with(Columns.all().withId("key").withDrop(List.of("w"))))) {
            List<BlockRow> found = Collected.rows(data);
            assertThat(found).hasSize(ROWS);
            for (int i = 0; i < ROWS; i++) {
                assertThat(found.get(i).target()).isEqualTo(i % 3);
            }
        }
    }

    @Test
    void holdsOutTheSameRowsAndKeepsThemOutOfTheMeans() {
        List<Row> rows = rows(false);
        HoldOut holdOut = new HoldOut(0.25, 5);
        List<String> train;
        List<String> test;
        try (TrainingData.Split split = TrainingData.loadSplit(cut(rows, ROWS), DOUBLES, holdOut)) {
            train = ids(split.train());
            test = ids(split.test());
            assertThat(train.size() + test.size()).isEqualTo(ROWS);
            assertThat((double) test.size()).isBetween(ROWS * 0.25 - 46, ROWS * 0.25 + 46);
            assertThat(split.train().summary().rows()).isEqualTo(train.size());
            assertThat(split.test().summary().rows()).isEqualTo(test.size());
            assertThat(split.test().summary().weightSum()).isEqualTo(test.size());
            double mean = Collected.byId(split.train()).keySet().stream()
                    .mapToDouble(id -> ((Vector) rows.get(id.intValue()).get(2)).apply(1))
                    .average()
                    .orElseThrow();
            assertThat(split.train().columnMeans()[1]).isCloseTo(mean, within(1e-12));
            assertThat(Collected.byId(split.test()).keySet()).allMatch(holdOut::holds);
        }
        try (TrainingData.Split split = TrainingData.loadSplit(cut(rows, 12, 500, ROWS), DOUBLES, holdOut)) {
            assertThat(ids(split.train())).isEqualTo(train);
            assertThat(ids(split.test())).isEqualTo(test);
        }
    }

    @Test
    void aTestTableIsEncodedAsTheTrainingTableWas() {
        List<Row> rows = rows(false);
        try (TrainingData train = TrainingData.load(cut(rows, ROWS), DOUBLES);
                TrainingData test = TrainingData.load(cut(rows.subList(0, 50), 50), DOUBLES, train.encoding())) {
            assertThat(test.summary().rows()).isEqualTo(50);
            Map<Long, BlockRow> same = Collected.byId(train);
            Collected.rows(test).forEach(row -> assertThat(row.features())
                    .isEqualTo(same.get(row.id()).features()));
        }
    }

    @Test
    void lineageThatDoesNotRepeatIsReadOnce() {
        Dataset<Row> random = SPARK.range(0, 500, 1, 3).selectExpr("cast(id % 2 as int) label", "rand() x", "rand() y");
        Dataset<Row> shuffled =
                SPARK.createDataFrame(rows(false), SCHEMA).drop("w").repartition(6);
        Dataset<Row> limited =
                SPARK.createDataFrame(rows(false), SCHEMA).drop("w").limit(300);
        for (Dataset<Row> frame : List.of(random, shuffled, limited)) {
            try (TrainingData data = TrainingData.load(Table.of(frame), DOUBLES.with(dense()))) {
                List<BlockRow> found = Collected.rows(data);
                assertThat(found).hasSize((int) data.summary().rows());
                // Standardised by the moments of these very rows.
                assertThat(found.stream().mapToDouble(row -> row.features()[0]).sum())
                        .isCloseTo(0, within(1e-9));
            }
            assertThat(SPARK.sparkContext().getPersistentRDDs().size()).isZero();
        }
    }

    @Test
    void aTableThatTheUserPersistedStaysPersisted() {
        Dataset<Row> frame =
                SPARK.createDataFrame(rows(false), SCHEMA).drop("w").persist();
        try {
            TrainingData.load(Table.of(frame), DOUBLES).close();
            assertThat(frame.storageLevel().useMemory()).isTrue();
            assertThat(SPARK.sparkContext().getPersistentRDDs().size()).isEqualTo(1);
        } finally {
            frame.unpersist();
        }
    }

    @Test
    void jobDescriptionsAreRestored() {
        SPARK.sparkContext().setJobDescription("theirs");
        try (TrainingData data = TrainingData.load(cut(rows(false), ROWS), DOUBLES)) {
            assertThat(SPARK.sparkContext().getLocalProperty("spark.job.description"))
                    .isEqualTo("theirs");
        } finally {
            SPARK.sparkContext().setJobDescription(null);
        }
    }

    @Test
    void valuesAndInputsAsTargets() {
        Table linear = SyntheticData.linear(SPARK, 200, new double[] {1, -2, 0.5}, 3, 0, 7, 2);
        DataOptions raw = DOUBLES.with(EncodingOptions.defaults().withStandardize(false));
        try (TrainingData data = TrainingData.load(linear, raw.with(Target.value("label")))) {
            Collected.rows(data).forEach(row -> {
                double[] x = row.features();
                assertThat(row.target()).isCloseTo(3 + x[0] - 2 * x[1] + 0.5 * x[2], within(1e-12));
            });
            assertThat(data.summary().classes()).isZero();
        }
        DataOptions inputs = raw.with(new Target.Inputs(java.util.Optional.of("label")));
        try (TrainingData data = TrainingData.load(linear, inputs)) {
            assertThat(data.summary().features()).isEqualTo(3);
            assertThat(data.blocks().first().targets()).isInstanceOf(io.kfac.batch.Targets.Inputs.class);
        }
    }

    /** Dense and sparse blocks; what came with a row stays with it wherever the row goes. */
    @Test
    void offsetsStayWithTheirRows() {
        Table table = Table.of(SPARK.range(0, 300, 1, 4)
                .selectExpr("id k", "sin(id) x", "cos(id) z", "id % 5 y", "id % 3 w", "log(1 + id % 7) o"));
        for (Storage storage : List.of(Storage.DENSE, Storage.SPARSE)) {
            DataOptions options = DataOptions.defaults()
                    .with(Target.value("y"))
                    .with(Columns.all().withId("k").withWeight("w").withOffset("o"))
                    .with(Collected.doubles()
                            .withStorage(storage)
                            .withPartitions(3)
                            .withRows(16));
            try (TrainingData.Split split = TrainingData.loadSplit(table, options, new HoldOut(0.3, 1))) {
                List<Collected.BlockRow> train = Collected.rows(split.train());
                List<Collected.BlockRow> all = new java.util.ArrayList<>(train);
                all.addAll(Collected.rows(split.test()));
                assertThat(all).hasSize(300);
                for (Collected.BlockRow row : all) {
                    assertThat(row.offset()).isCloseTo(Math.log(1 + row.id() % 7), within(1e-15));
                    assertThat(row.weight()).isEqualTo(row.id() % 3);
                    assertThat(row.target()).isEqualTo(row.id() % 5);
                    assertThat(row.features()).hasSize(3);
                }
                double weight = train.stream().mapToDouble(row -> row.weight()).sum();
                TargetSummary target = split.train().target().orElseThrow();
                assertThat(target.mean())
                        .isCloseTo(
                                train.stream()
                                                .mapToDouble(r -> r.weight() * r.target())
                                                .sum()
                                        / weight,
                                within(1e-12));
                assertThat(target.offsetMean())
                        .isCloseTo(
                                train.stream()
                                                .mapToDouble(r -> r.weight() * r.offset())
                                                .sum()
                                        / weight,
                                within(1e-12));
                assertThat(target.largestOffset()).isCloseTo(Math.log(7), within(1e-15));
                assertThat(split.train().encoding().offsetColumn()).hasValue("o");
            }
        }
    }

    @Test
    void aLabelIsAnInputOnlyWhereAskedFor() {
        Table table = Table.of(SPARK.range(50).selectExpr("rand(1) x", "rand(2) y", "id % 3 Label"));
        DataOptions inputs = DOUBLES.with(Target.none());
        DataSummary left = TrainingData.inspect(table, inputs);
        assertThat(left.features()).isEqualTo(2);
        assertThat(left.ignored()).hasValue("Label");
        DataSummary kept = TrainingData.inspect(table, inputs.with(Columns.all().withKeep(List.of("Label"))));
        assertThat(kept.features()).isEqualTo(3);
        assertThat(kept.ignored()).isEmpty();
        DataSummary chosen =
                TrainingData.inspect(table, inputs.with(Columns.all().withFeatures(List.of("x", "Label"))));
        assertThat(chosen.features()).isEqualTo(2);
        assertThat(chosen.ignored()).isEmpty();
        DataSummary other = TrainingData.inspect(table, inputs.with(new Target.Inputs(java.util.Optional.of("x"))));
        assertThat(other.features()).isEqualTo(2);
        assertThat(other.ignored()).isEmpty();
        DataSummary dropped =
                TrainingData.inspect(table, inputs.with(Columns.all().withDrop(List.of("Label"))));
        assertThat(dropped.ignored()).isEmpty();
    }

    @Test
    void smallTablesGetFewPartitions() {
        try (TrainingData data =
                TrainingData.load(SyntheticData.blobs(SPARK, 100, 4, 2, 5, 1, 3), DataOptions.defaults())) {
            assertThat(data.blocks().getNumPartitions()).isEqualTo(1);
            assertThat(data.summary().describe())
                    .isEqualTo(
                            "100 rows, 4 features, 2 classes, density 1.00; dense float blocks, 0.0 MB in 1 partition");
        }
    }
}
