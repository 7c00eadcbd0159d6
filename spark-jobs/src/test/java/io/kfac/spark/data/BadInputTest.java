package io.kfac.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kfac.family.Binomial;
import io.kfac.family.Gamma;
import io.kfac.family.Poisson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each bad input gives one message that names what, where and the remedy. */
class BadInputTest {
    private static final SparkSession SPARK = TestSpark.session();

    @TempDir
    Path folder;

    @AfterEach
    void nothingOfOursStaysCached() {
        assertThat(SPARK.sparkContext().getPersistentRDDs().size()).isZero();
    }

    private String file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return file.toString();
    }

    private Table csv(String text) throws IOException {
        return Tables.read(SPARK, TableSource.of(file("t.csv", text)));
    }

    private AbstractThrowableAssert<?, ?> refused(String text, DataOptions options) {
        return refused(() -> TrainingData.load(csv(text), options).close());
    }

    private static AbstractThrowableAssert<?, ?> refused(ThrowingCallable load) {
        return assertThatThrownBy(load).isInstanceOf(BadInput.class);
    }

    private static final DataOptions DEFAULTS = DataOptions.defaults();

    @Test
    void filesThatAreMissingOrEmpty() throws IOException {
        refused(() -> Tables.read(SPARK, TableSource.of("/no/such.csv")))
                .hasMessage("Cannot read /no/such.csv: there is no such file or directory");
        String empty = file("empty.csv", "");
        refused(() -> Tables.read(SPARK, TableSource.of(empty))).hasMessage("Cannot read " + empty + ": it is empty");
        Files.createDirectories(folder.resolve("dir"));
        refused(() -> Tables.read(SPARK, TableSource.of(folder.resolve("dir").toString(), "parquet")))
                .hasMessageEndingWith("dir: the directory has no files");
        refused("x,label\n", DEFAULTS).hasMessageEndingWith("it has no rows");
        refused(() -> Tables.read(SPARK, TableSource.of("nosuchfs://host/x.csv")))
                .hasMessageContaining("nosuchfs");
    }

    @Test
    void formats() throws IOException {
        String odd = file("data.odd", "1 2 3");
        refused(() -> Tables.read(SPARK, TableSource.of(odd)))
                .hasMessageContaining("Cannot tell the format of " + odd)
                .hasMessageContaining("--format");
        refused(() -> Tables.read(SPARK, TableSource.of(odd, "nonsense")))
                .hasMessageContaining("there is no format 'nonsense'");
        refused(() -> Tables.read(SPARK, TableSource.of(odd, "parquet"))).hasMessageContaining(odd);
        refused(() -> Tables.read(SPARK, TableSource.of(odd, "libsvm")))
                .hasMessageContaining("Cannot read " + odd + " as libsvm: its lines should be 'label index:value");
        String notIdx = file("x-images-idx3-ubyte", "hello, no images here");
        refused(() -> Tables.read(SPARK, TableSource.of(notIdx))).hasMessageContaining("as idx images");
    }

    @Test
    void csvWithoutHeaderOrWithDifferentOnes() throws IOException {
        String bare = file("bare.csv", "1,2,3\n4,5,6\n");
        refused(() -> Tables.read(SPARK, TableSource.of(bare)))
                .hasMessageContaining("its first line should name the columns")
                .hasMessageContaining("header=false");
        file("many/a.csv", "x,label\n1,0\n");
        file("many/b.csv", "x,z,label\n1,2,0\n");
        refused(() -> Tables.read(SPARK, TableSource.of(folder.resolve("many").toString())))
                .hasMessageContaining("its files have different headers, 'x,label' in a.csv and 'x,z,label' in b.csv");
    }

    @Test
    void labelColumns() {
        refused("x,Labels\n1,0\n2,1\n", DEFAULTS)
                .hasMessageContaining("has no column 'label'")
                .hasMessageContaining("its columns are x, Labels")
                .hasMessageContaining("--label COLUMN");
        refused("x,kind\n1,0\n2,1\n", DataOptions.forLabel("kidn"))
                .hasMessageContaining("Cannot find label column 'kidn'")
                .hasMessageContaining("did you mean 'kind'?");
        refused("x,label\n1,0\n2,\n3,1\n", DEFAULTS)
                .hasMessageContaining("label column 'label': missing value in row 2 of " + folder.resolve("t.csv"));
        refused("x,label\n1,a\n2,a\n", DEFAULTS).hasMessageContaining("label column 'label' has one class only, 'a'");
        refused("x,label\n1,0\n2,Infinity\n", DEFAULTS).hasMessageContaining("value Infinity in row 2 of");
    }

    @Test
    void measurementsAsLabels() {
        StringBuilder prices = new StringBuilder("x,label\n");
        StringBuilder counts = new StringBuilder("x,label\n");
        for (int i = 0; i < 1500; i++) {
            prices.append(i % 7).append(',').append(i % 100 + 0.25).append('\n');
            counts.append(i % 7).append(',').append(i).append('\n');
        }
        refused(prices.substring(0, prices.indexOf("\n", 1000)), DEFAULTS)
                .hasMessageContaining("it looks like a measurement");
        refused(counts.toString(), DEFAULTS).hasMessageContaining("it has more than 1000 distinct values");
    }

    @Test
    void valuesNameFileRowAndColumn() {
        String where = "row 3 of " + folder.resolve("t.csv");
        refused("x,y,label\n1,2,0\n1,3,1\n4,,0\n5,,1\n", DEFAULTS)
                .hasMessageContaining("Cannot use column 'y': missing value in " + where)
                .hasMessageContaining("data.impute=mean|zero|most-frequent")
                .hasMessageContaining("data.drop=[y]");
        refused("x,y,label\n1,2,0\n1,3,1\n4,NaN,0\n", DEFAULTS)
                .hasMessageContaining("Cannot use column 'y': value NaN in " + where);
        refused(
                        "x,y,label\n1,2,0\n1,3,1\n4,-Infinity,0\n",
                        DEFAULTS.with(EncodingOptions.defaults().withImpute(Impute.MEAN)))
                .hasMessageContaining("value -Infinity in " + where);
        refused("x,y,label\na,2,0\nb,3,1\n,4,0\n", DEFAULTS)
                .hasMessageContaining("Cannot use column 'x': missing value in " + where);
    }

    @Test
    void theFirstBadRowIsNamedWhicheverTaskFindsIt() throws IOException {
        for (int f = 0; f < 3; f++) {
            StringBuilder text = new StringBuilder("x,label\n");
            for (int i = 0; i < 40 * (f + 1); i++) {
                text.append(f > 0 && i == 30 ? "NaN" : i * 0.5)
                        .append(',')
                        .append(i % 2)
                        .append('\n');
            }
            file("parts/p%d.csv".formatted(f), text.toString());
        }
        SPARK.conf().set("spark.sql.files.maxPartitionBytes", "150");
        SPARK.conf().set("spark.sql.files.openCostInBytes", "0");
        try {
            refused(() -> TrainingData.load(
                                    Tables.read(
                                            SPARK,
                                            TableSource.of(
                                                    folder.resolve("parts").toString())),
                                    DEFAULTS)
                            .close())
                    .hasMessageContaining("value NaN in row 31 of " + folder.resolve("parts/p1.csv"));
        } finally {
            SPARK.conf().unset("spark.sql.files.maxPartitionBytes");
            SPARK.conf().unset("spark.sql.files.openCostInBytes");
        }
    }

    @Test
    void weightsAndIds() {
        DataOptions weighted = DEFAULTS.with(Columns.all().withWeight("w"));
        refused("x,w,label\n1,1,0\n2,-1,1\n", weighted)
                .hasMessageContaining("Cannot use weight column 'w': value -1.0 in row 2 of");
        refused("x,w,label\n1,0,0\n2,0,1\n", weighted).hasMessageContaining("all weights are zero");
        refused("x,w,label\n1,1,0\n2,,1\n", weighted).hasMessageContaining("missing value in row 2 of");
        refused("x,w,label\n1,a,0\n2,b,1\n", weighted).hasMessageContaining("its type is string, not numbers");
        refused("x,label\n1,0\n2,1\n", weighted).hasMessageContaining("Cannot find weight column 'w'");
        refused("x,k,label\n1,a,0\n2,,1\n", DEFAULTS.with(Columns.all().withId("k")))
                .hasMessageContaining("Cannot use id column 'k': missing value in row 2 of");
        refused("x,k,label\n1,1.5,0\n2,2.5,1\n", DEFAULTS.with(Columns.all().withId("k")))
                .hasMessageContaining("not whole numbers or strings");
    }

    @Test
    void offsets() throws IOException {
        DataOptions shifted = DEFAULTS.with(Columns.all().withOffset("o"));
        refused("x,o,label\n1,0.5,0\n2,-Infinity,1\n", shifted)
                .hasMessageContaining("Cannot use offset column 'o': value -Infinity in row 2 of")
                .hasMessageContaining("the log of an exposure of 0");
        refused("x,o,label\n1,1,0\n2,,1\n", shifted)
                .hasMessageContaining("Cannot use offset column 'o': missing value in row 2 of");
        refused("x,o,label\n1,a,0\n2,b,1\n", shifted).hasMessageContaining("its type is string, not numbers");
        refused("x,label\n1,0\n2,1\n", shifted)
                .hasMessageContaining("Cannot find offset column 'o'")
                .hasMessageContaining("--offset COLUMN");
        try (TrainingData data = TrainingData.load(csv("x,o,label\n1,0.5,0\n2,0.1,1\n"), shifted)) {
            refused(() -> Tables.check(csv("x\n1\n"), DEFAULTS, data.encoding(), false))
                    .hasMessageContaining("Cannot find offset column 'o'");
            refused(() -> Tables.check(csv("x,o\n1,1\n1,NaN\n"), DEFAULTS, data.encoding(), false))
                    .hasMessageContaining("value NaN in row 2 of");
        }
    }

    @Test
    void valuesThatTheOutputsCannotTake() throws IOException {
        refused("x,y\n1,0\n2,3.5\n3,-1\n", DEFAULTS.with(Target.value("y", new Poisson())))
                .hasMessageContaining(
                        "Cannot use label column 'y': value -1.0 is not finite and not negative, as poisson outputs are, in row 3 of")
                .hasMessageContaining("Remedy:");
        refused("x,y\n1,0\n2,3.5\n", DEFAULTS.with(Target.value("y", new Gamma())))
                .hasMessageContaining("value 0.0 is not finite and positive, as gamma outputs are, in row 1 of");
        refused("x,y\n1,0\n2,1.5\n", DEFAULTS.with(Target.value("y", new Binomial())))
                .hasMessageContaining("value 1.5 is not in [0, 1], as binomial outputs are, in row 2 of");
        refused("x,y\n1,0\n2,Infinity\n", DEFAULTS.with(Target.value("y", new Poisson())))
                .hasMessageContaining("value Infinity in row 2 of");
        refused("x,y\n1,0\n2,\n", DEFAULTS.with(Target.value("y")))
                .hasMessageContaining("label column 'y': missing value in row 2 of");
        refused("x,y\n1,a\n2,b\n", DEFAULTS.with(Target.value("y"))).hasMessageContaining("as a value to predict");
        Target counts = Target.value("y", new Poisson());
        try (TrainingData data = TrainingData.load(csv("x,y\n1,0\n2,3\n"), DEFAULTS.with(counts))) {
            refused(() -> TrainingData.load(csv("x,y\n1,-2\n"), DEFAULTS.with(counts), data.encoding()))
                    .hasMessageContaining("value -2.0 is not finite and not negative");
        }
    }

    @Test
    void identifiersDatesAndTooManyCategories() {
        StringBuilder text = new StringBuilder("n,user_id,name,city,label\n");
        for (int i = 0; i < 200; i++) {
            text.append("%d,%d,name %d,%s,%d%n".formatted(i + 1, i * 7919 % 100_003, i, i % 90, i % 2));
        }
        String rows = text.toString();
        refused(rows, DEFAULTS.with(Columns.all().withDrop(List.of("name", "user_id"))))
                .hasMessageContaining("Cannot use column 'n'")
                .hasMessageContaining("it counts the rows")
                .hasMessageContaining("--id-column n")
                .hasMessageContaining("data.drop=[n]");
        refused(rows, DEFAULTS.with(Columns.all().withDrop(List.of("name", "n"))))
                .hasMessageContaining("Cannot use column 'user_id'")
                .hasMessageContaining("another value in nearly every row");
        refused(rows, DEFAULTS.with(Columns.all().withDrop(List.of("n", "user_id"))))
                .hasMessageContaining("Cannot use column 'name'");
        refused(rows.replaceFirst(",0,0", ",NA,0"), DEFAULTS.with(Columns.all().withFeatures(List.of("city"))))
                .hasMessageContaining("'city'")
                .hasMessageContaining("more than 64 distinct values; most are numbers, but 'NA' is not")
                .hasMessageContaining("data.maxCategories");
        refused("when,label\n2024-01-02,0\n2024-01-03,1\n", DEFAULTS)
                .hasMessageContaining("Cannot use column 'when'")
                .hasMessageContaining("data.drop=[when]");
        refused("label\n0\n1\n", DEFAULTS).hasMessageContaining("no column is left");
    }

    @Test
    void featureCounts() throws IOException {
        Table train = Tables.read(SPARK, TableSource.of(file("a.libsvm", "0 1:1 3:2\n1 2:1\n")));
        String wider = file("b.libsvm", "0 1:1 5:2\n1 2:1\n");
        try (TrainingData data = TrainingData.load(train, DEFAULTS)) {
            refused(() -> Tables.read(SPARK, TableSource.of(wider), 3))
                    .hasMessageContaining("it has 5 features, and the model has 3");
            Table read = Tables.read(SPARK, TableSource.of(wider));
            refused(() -> TrainingData.load(read, DEFAULTS, data.encoding()))
                    .hasMessageContaining("5 features, expected 3, in row 1 of");
        }
        Table vectors = Table.of(
                SPARK.range(0, 20, 1, 2).selectExpr("id % 2 label", "if(id < 15, array(1.5D, 2D), array(1D)) x"));
        refused(() -> TrainingData.load(vectors, DEFAULTS))
                .hasMessageContaining("1 features, expected 2, in row 16 of the table");
    }

    @Test
    void applyingAModel() throws IOException {
        DataOptions options = DataOptions.forLabel("y");
        try (TrainingData data = TrainingData.load(csv("a,b,y\n1,u,0\n3,v,1\n2,u,0\n"), options)) {
            Table lacking = csv("a,y\n1,0\n");
            refused(() -> TrainingData.load(lacking, options, data.encoding()))
                    .hasMessageContaining("Cannot find feature column 'b'");
            refused(() -> RowEncoder.of(lacking, data.encoding(), io.kfac.linalg.Precision.FLOAT))
                    .hasMessageContaining("Cannot find feature column 'b'");
            Table unknown = csv("a,b,y\n1,u,0\n2,v,7\n");
            refused(() -> TrainingData.load(unknown, options, data.encoding()))
                    .hasMessageContaining("Cannot use label '7' in column 'y'")
                    .hasMessageContaining("the model's classes are 0, 1");
            Table typed = csv("a,b,y\nx,u,0\n");
            refused(() -> TrainingData.load(typed, options, data.encoding()))
                    .hasMessageContaining("it is of type string, and held numbers in training");
            Table missing = csv("a,b\n1,u\n,v\n");
            refused(() -> Tables.check(missing, options, data.encoding(), false))
                    .hasMessageContaining("Cannot use column 'a': missing value in row 2 of");
        }
    }

    @Test
    void filesThatEndTooEarly() throws IOException {
        byte[] zipped;
        try (var bytes = new java.io.ByteArrayOutputStream()) {
            try (var gzip = new java.util.zip.GZIPOutputStream(bytes)) {
                for (int i = 0; i < 20_000; i++) {
                    gzip.write((i * 0.37 + "," + i % 2 + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
            zipped = bytes.toByteArray();
        }
        Path file = folder.resolve("cut.csv.gz");
        Files.write(file, java.util.Arrays.copyOf(zipped, zipped.length / 2));
        TableSource source =
                TableSource.of(file.toString()).withOption("header", "false").withOption("inferSchema", "false");
        Table cut = Tables.read(SPARK, source);
        refused(() -> TrainingData.load(cut, DataOptions.forLabel("_c1")))
                .hasMessageStartingWith("Cannot read " + file);
    }

    @Test
    void imagesThatEndTooEarly() throws IOException {
        byte[] images = new byte[16 + 3 * 4 - 1];
        java.nio.ByteBuffer.wrap(images).putInt(0x803).putInt(3).putInt(2).putInt(2);
        Path file = folder.resolve("cut-images-idx3-ubyte");
        Files.write(file, images);
        Table cut = Tables.read(SPARK, TableSource.of(file.toString()));
        refused(() -> TrainingData.load(cut, DEFAULTS.with(Target.none())))
                .hasMessageContaining("cut-images-idx3-ubyte ends before its last image");
    }

    @Test
    void inputsOfBernoulliOutputsOutsideTheUnitInterval() throws IOException {
        DataOptions unit = DEFAULTS.with(EncodingOptions.defaults().withStandardize(false))
                .with(new Target.Inputs(java.util.Optional.empty(), true));
        String good = "x,y,label\n0,0.5,7\n1,1.0000000001,8\n";
        TrainingData.load(csv(good), unit).close();
        refused(good + "0.5,-0.25,9\n0.5,3,9\n", unit)
                .hasMessageStartingWith("Cannot use column 'y' with Bernoulli outputs: value -0.25 in row 3 of ")
                .hasMessageEndingWith(
                        " is outside [0, 1]." + " Remedy: --set model.output=gaussian, or scale the column to [0, 1]");
        refused(good + "0.5,NaN,9\n", unit).hasMessageContaining("is not a finite number");
        refused(() -> TrainingData.inspect(csv(good + "2,0,9\n"), unit)).hasMessageContaining("'x'");
        Table vectors = Table.of(SyntheticData.blobs(SPARK, 30, 3, 2, 2, 1, 2).frame());
        refused(() -> TrainingData.load(vectors, unit)).hasMessageContaining("'features[");
        Table sparse = Tables.read(SPARK, TableSource.of(file("s.libsvm", "0 1:1\n1 9:1\n1 7:16\n"), "libsvm"));
        refused(() -> TrainingData.load(sparse, unit))
                .hasMessageContaining("'features[6]'")
                .hasMessageContaining("16.0");
        try (TrainingData data = TrainingData.load(csv(good), unit)) {
            Table wide = csv("x,y\n0.5,1.5\n");
            refused(() -> TrainingData.load(wide, unit, data.encoding())).hasMessageContaining("value 1.5");
        }
    }

    @Test
    void columnsOfOneName() {
        Table twice = Table.of(SPARK.range(30).selectExpr("id % 2 label", "rand(1) x", "rand(2) x"));
        refused(() -> TrainingData.load(twice, DEFAULTS))
                .hasMessage("Cannot use the table: two of its columns are named 'x'");
    }

    @Test
    void optionsAreCheckedWhenTheyAreMade() {
        assertThatThrownBy(() -> EncodingOptions.defaults().withMaxCategories(1))
                .hasMessage("Cannot use data.maxCategories=1: outside [2, 100000]");
        assertThatThrownBy(() -> new HoldOut(1.5, 1)).hasMessageContaining("Cannot hold out a fraction 1.5");
        assertThatThrownBy(() -> BlockOptions.defaults().withPartitions(-1)).hasMessageContaining("negative");
        refused(() -> Impute.parse("median")).hasMessageContaining("Cannot impute by 'median'");
    }

    @Test
    void holdingOutOfTooFewRows() {
        refused(() -> TrainingData.loadSplit(csv("x,label\n1,0\n2,1\n"), DEFAULTS, new HoldOut(1e-6, 1)))
                .hasMessageContaining("none would be left to test on");
    }
}
