package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.family.Gaussian;
import io.kfac.family.NegativeBinomial;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.ColumnEncoding;
import io.kfac.spark.data.DataEncoding;
import io.kfac.spark.data.FeatureEncoding;
import io.kfac.spark.data.LabelEncoding;
import io.kfac.spark.data.Standardization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelStoreTest {
    private static final Configuration CONF = new Configuration();

    @TempDir
    private Path scratch;

    static List<TrainedModel> models() {
        return List.of(
                model(
                        Network.mlp(4, List.of(3, 2), 3, Activation.GELU, new Categorical(), Precision.FLOAT),
                        Optional.of(new LabelEncoding("the kind", false, List.of("a", "b \"c\"", "é")))),
                model(
                        Network.mlp(4, List.of(), 1, Activation.IDENTITY, new Bernoulli(), Precision.DOUBLE),
                        Optional.of(new LabelEncoding("y", true, List.of("-1", "1")))),
                model(
                        Network.mlp(4, List.of(2), 4, Activation.TANH, new Gaussian(), Precision.FLOAT),
                        Optional.empty()),
                regressor());
    }

    /** r in digits that do not end, and an offset. */
    private static TrainedModel regressor() {
        TrainedModel other = model(
                Network.mlp(
                        4,
                        List.of(),
                        1,
                        Activation.IDENTITY,
                        new NegativeBinomial(1.0 / 3).logLink(),
                        Precision.DOUBLE),
                Optional.empty());
        DataEncoding encoding = new DataEncoding(
                other.encoding().features(),
                Optional.empty(),
                Optional.of("claims"),
                other.encoding().standardization(),
                true,
                Optional.of("log years"));
        return new TrainedModel(other.network(), other.parameters(), encoding, other.origin());
    }

    @ParameterizedTest
    @MethodSource("models")
    void whatIsSavedIsLoaded(TrainedModel model) {
        TrainedModel loaded = ModelStore.load(saved(model).toString(), CONF);
        assertThat(loaded.network()).isEqualTo(model.network());
        assertThat(loaded.parameters().toArray())
                .containsExactly(model.parameters().toArray());
        assertThat(loaded.origin()).isEqualTo(model.origin());
        assertThat(loaded.encoding().features()).isEqualTo(model.encoding().features());
        assertThat(loaded.encoding().labels()).isEqualTo(model.encoding().labels());
        assertThat(loaded.encoding().valueColumn()).isEqualTo(model.encoding().valueColumn());
        assertThat(loaded.encoding().offsetColumn()).isEqualTo(model.encoding().offsetColumn());
        assertThat(loaded.encoding().standardization().mean())
                .containsExactly(model.encoding().standardization().mean());
        assertThat(loaded.encoding().standardization().sigma())
                .containsExactly(model.encoding().standardization().sigma());
        assertThat(loaded.isAutoencoder()).isEqualTo(model.isAutoencoder());
    }

    @Test
    void theDirectoryOfTheRunWillDo() {
        saved(models().get(0));
        assertThat(ModelStore.load(scratch.toString(), CONF).network())
                .isEqualTo(models().get(0).network());
    }

    @Test
    void nothingButTheModelIsWritten() throws IOException {
        try (var files = Files.list(saved(models().get(0)))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("metadata.json", "parameters.parquet");
        }
    }

    @Test
    void equalModelsAreEqualBytes() throws IOException {
        byte[] first = Files.readAllBytes(saved(models().get(0)).resolve("parameters.parquet"));
        org.apache.commons.io.FileUtils.deleteDirectory(scratch.resolve("model").toFile());
        assertThat(Files.readAllBytes(saved(models().get(0)).resolve("parameters.parquet")))
                .isEqualTo(first);
    }

    @Test
    void whatIsNoModelIsRefused() throws IOException {
        refused(scratch.resolve("none"), "no such directory");
        refused(Files.createDirectory(scratch.resolve("empty")), "it has no metadata.json");
        Path model = saved(models().get(0));
        Files.delete(model.resolve("parameters.parquet"));
        refused(model, "it has no parameters.parquet");
    }

    @Test
    void anotherVersionIsRefused() throws IOException {
        edit("\"formatVersion\" : 1", "\"formatVersion\" : 2", "formatVersion 2, this program reads 1");
    }

    @Test
    void damagedMetadataIsRefused() throws IOException {
        edit("{", "[", "metadata.json is not JSON");
        edit("\"family\" : \"categorical\"", "\"family\" : \"martian\"", "martian");
        edit("\"family\"", "\"famly\"", "field family of network is missing");
        edit("\"outputs\" : 3", "\"outputs\" : \"x\"", "field outputs of layers[0] is \"x\", not a whole number");
        edit("\"outputs\" : 2", "\"outputs\" : 7", "Cannot join layer 1");
        edit("\"kind\" : \"one-hot\"", "\"kind\" : \"zap\"", "unknown kind 'zap'");
        edit("\"width\" : 1", "\"width\" : 2", "Cannot encode 5 features: the standardisation has 4");
    }

    @Test
    void parametersThatDoNotFitAreRefused() throws IOException {
        TrainedModel wide = models().get(0);
        TrainedModel other = models().get(2);
        Path model = saved(wide);
        byte[] good = Files.readAllBytes(model.resolve("parameters.parquet"));
        Files.write(model.resolve("parameters.parquet"), Arrays.copyOf(good, good.length - 20));
        refused(model, "parameters.parquet is damaged");
        Files.writeString(model.resolve("parameters.parquet"), "not parquet at all, though long enough");
        refused(model, "parameters.parquet is damaged");
        ParameterFile.write(other.network(), other.parameters(), hadoop(model), CONF);
        refused(model, "parameters.parquet: row");
        Parameters broken = wide.parameters().copy(wide.network());
        broken.layer(1).set(1, 2, Double.NaN);
        ParameterFile.write(wide.network(), broken, hadoop(model), CONF);
        refused(model, "parameters.parquet: row 1 of layer 1 has a weight NaN");
        Network shallow = Network.mlp(4, List.of(), 3, Activation.IDENTITY, new Categorical(), Precision.FLOAT);
        ParameterFile.write(shallow, shallow.initialParameters(1), hadoop(model), CONF);
        refused(model, "has 3 of the 8 rows of weights");
    }

    private static org.apache.hadoop.fs.Path hadoop(Path model) throws IOException {
        Files.delete(model.resolve("parameters.parquet"));
        return new org.apache.hadoop.fs.Path(model.resolve("parameters.parquet").toUri());
    }

    private void edit(String from, String to, String message) throws IOException {
        org.apache.commons.io.FileUtils.deleteDirectory(scratch.resolve("model").toFile());
        Path model = saved(models().get(0));
        Path metadata = model.resolve("metadata.json");
        String text = Files.readString(metadata);
        assertThat(text).contains(from);
        Files.writeString(metadata, text.replaceFirst(java.util.regex.Pattern.quote(from), to));
        refused(model, message);
    }

    private static void refused(Path model, String message) {
        assertThatThrownBy(() -> ModelStore.load(model.toString(), CONF))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(model.toString())
                .hasMessageContaining(message);
    }

    private Path saved(TrainedModel model) {
        Path directory = scratch.resolve("model");
        ModelStore.save(model, new org.apache.hadoop.fs.Path(directory.toUri()), CONF);
        return directory;
    }

    private static TrainedModel model(Network network, Optional<LabelEncoding> labels) {
        FeatureEncoding features = new FeatureEncoding(List.of(
                new ColumnEncoding.Numeric("age", OptionalDouble.of(31.5)),
                new ColumnEncoding.OneHot("colour", List.of("red", "blue"), Optional.of("red")),
                new ColumnEncoding.VectorColumn("pixels", 1)));
        double[] mean = {40.1, 0.25, 1.0 / 3, 1e-300};
        double[] sigma = {11, 0.5, 0, Math.PI};
        return new TrainedModel(
                network,
                network.depth() == 1 ? scattered(network) : network.initialParameters(7),
                new DataEncoding(features, labels, Optional.empty(), new Standardization(mean, sigma, true), true),
                new TrainedModel.Origin("kfac", 12, 345, -6));
    }

    private static Parameters scattered(Network network) {
        double[] values = new double[network.size()];
        Arrays.setAll(values, i -> Math.sin(i));
        return Parameters.of(network, values);
    }
}
