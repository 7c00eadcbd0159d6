package io.kfac.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.kfac.curvature.FisherKind;
import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.KlLimit;
import io.kfac.optimizer.LearningRate;
import io.kfac.optimizer.Momentum;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.StepRegion;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.optimizer.TruncatedOptions;
import io.kfac.preconditioner.ShampooPreconditioner;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.Impute;
import io.kfac.spark.data.Target;
import io.kfac.spark.engine.AdamMetric;
import io.kfac.spark.engine.AdaptiveSpec;
import io.kfac.spark.engine.Control;
import io.kfac.spark.engine.ExactSpec;
import io.kfac.spark.engine.FixedRateSpec;
import io.kfac.spark.engine.FullFisherMetric;
import io.kfac.spark.engine.IdentityMetric;
import io.kfac.spark.engine.KroneckerMetric;
import io.kfac.spark.engine.LayerBlockMetric;
import io.kfac.spark.engine.LocalSpec;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.OutputBlockMetric;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.Preset;
import io.kfac.spark.engine.QuasiNewtonSpec;
import io.kfac.spark.engine.ShampooMetric;
import io.kfac.spark.engine.SolverChoice;
import io.kfac.spark.engine.TruncatedSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
    private static final Path CONF = Path.of("..", "conf");

    @Test
    void theCommentedFileIsTheDefaults() throws IOException {
        String resource = new String(
                ConfigTest.class
                        .getClassLoader()
                        .getResourceAsStream(ConfigLayers.DEFAULTS)
                        .readAllBytes(),
                java.nio.charset.StandardCharsets.UTF_8);
        assertThat(Files.readString(CONF.resolve("default.conf"))).isEqualTo(resource);
    }

    @Test
    void everyKeyIsCommented() throws IOException {
        List<String> lines = Files.readAllLines(CONF.resolve("default.conf"));
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).matches("  \\w+ (=|\\{).*")) {
                assertThat(lines.get(i - 1)).as(lines.get(i)).startsWith("  #");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "digits", "fashion-mnist", "fashion-autoencoder", "softmax"})
    void theExamplesCanBeUsed(String name) {
        TrainConfig config = of(ConfigFile.read(CONF.resolve(name + ".conf").toString()));
        Network network = config.model().network(4, 3);
        assertThat(config.optimizer().spec(network, choice(network))).isInstanceOf(AdaptiveSpec.class);
    }

    @ParameterizedTest
    @CsvSource({
        "auto, auto, gaussian",
        "gaussian, log, gaussian-log",
        "poisson, auto, poisson",
        "poisson, log, poisson",
        "gamma, auto, gamma-log",
        "gamma, canonical, gamma",
        "binomial, auto, bernoulli",
        "binomial, log, binomial-log",
        "negative-binomial, auto, negative-binomial-log(2.5)",
        "negative-binomial, canonical, negative-binomial(2.5)"
    })
    void regressorsHaveAnOutputAndALink(String output, String link, String family) {
        TrainConfig config = set(
                "model.kind=regressor",
                "model.output=" + output,
                "model.link=" + link,
                "model.r=2.5",
                "model.hidden=[]",
                "data.label=claims",
                "data.offset=log_years");
        assertThat(config.model().network(4, 0).family().name()).isEqualTo(family);
        assertThat(config.model().network(4, 0).outputs()).isEqualTo(1);
        DataOptions options = config.data().options(config.model(), false);
        assertThat(options.target().named()).hasValue("claims");
        assertThat(((Target.Value) options.target())
                        .distribution()
                        .orElseThrow()
                        .name())
                .isEqualTo(output.equals("auto") ? "gaussian" : output);
        assertThat(options.columns().offset()).hasValue("log_years");
    }

    @Test
    void aRegressorTellsNoClassesApart() {
        assertThatThrownBy(() -> set("model.kind=regressor", "model.output=categorical"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("poisson")
                .hasMessageContaining("where model.kind = regressor");
    }

    @Test
    void includesAreReadFromBesideTheFile(@TempDir Path scratch) throws IOException {
        Path file = scratch.resolve("my.conf");
        Files.createDirectory(scratch.resolve("base"));
        Files.writeString(file, "include \"base/one.conf\"\ntrain.seed = 3\n");
        Files.writeString(scratch.resolve("base/one.conf"), "include required(\"two.conf\")\ntrain.seed = 2\n");
        Files.writeString(scratch.resolve("base/two.conf"), "train { seed = 1, patience = 9 }\n");
        for (String name : List.of(file.toString(), "file://" + file)) {
            TrainConfig config = of(ConfigFile.read(name));
            assertThat(config.train().seed()).as(name).isEqualTo(3);
            assertThat(config.train().patience()).as(name).isEqualTo(9);
        }
        Files.delete(scratch.resolve("base/two.conf"));
        assertThatThrownBy(() -> ConfigFile.read(file.toString()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("two.conf")
                .hasMessageContaining("no such file");
        Files.delete(scratch.resolve("base/one.conf"));
        assertThatThrownBy(() -> ConfigFile.read(file.toString()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("one.conf");
    }

    @Test
    void includesOfAFileThatTravelledHaveTravelledToo(@TempDir Path scratch) throws IOException {
        Path file = Files.createDirectory(scratch.resolve("a")).resolve("sent.conf");
        Path base = Files.createDirectory(scratch.resolve("b")).resolve("sent-base.conf");
        Files.writeString(file, "include \"../conf/sent-base.conf\"\n");
        Files.writeString(base, "train.patience = 9\n");
        System.setProperty("spark.files", file.toUri() + "," + base.toUri());
        try {
            assertThat(of(ConfigFile.read("sent.conf")).train().patience()).isEqualTo(9);
            System.setProperty("spark.files", file.toUri().toString());
            assertThatThrownBy(() -> ConfigFile.read("sent.conf")).hasMessageContaining("sent-base.conf");
        } finally {
            System.clearProperty("spark.files");
        }
    }

    @Test
    void laterLayersWin(@TempDir Path scratch) throws IOException {
        Path file = scratch.resolve("my.conf");
        Files.writeString(file, "data.path = \"a.csv\"\ntrain { seed = 2, patience = 7, maxSteps = 11 }\n");
        TrainConfig config = TrainConfig.of(ConfigLayers.merge(
                ConfigFile.read(file.toString()),
                List.of("train.seed=3", "train.patience=8", "train.seed=4"),
                Map.of("train.seed", "5")));
        assertThat(config.train().seed()).isEqualTo(5);
        assertThat(config.train().patience()).isEqualTo(8);
        assertThat(config.train().maxSteps()).hasValue(11);
        assertThat(config.data().path()).contains("a.csv");
        assertThat(config.data().holdout()).isEqualTo(0.2);
    }

    @Test
    void setTakesTextListsAndStructures() {
        TrainConfig config = set(
                "data.path=hdfs://host:8020/a b//c.csv",
                "data.drop=[id, \"the name\"]",
                "data.keep=x,y",
                "data.options={ sep = \";\", nullValue = NA }",
                "data.options.quote='",
                "model.hidden=[]",
                "data.impute=most-frequent",
                "optimizer.damping=1e-2");
        assertThat(config.data().path()).contains("hdfs://host:8020/a b//c.csv");
        assertThat(config.data().columns().drop()).containsExactly("id", "the name");
        assertThat(config.data().columns().keep()).containsExactly("x", "y");
        assertThat(config.data().options())
                .containsOnly(Map.entry("sep", ";"), Map.entry("nullValue", "NA"), Map.entry("quote", "'"));
        assertThat(config.data().impute()).isEqualTo(Impute.MOST_FREQUENT);
        assertThat(config.model().hidden()).isEmpty();
        assertThat(((AdaptiveSpec) config.optimizer().spec(Network.softmax(4, 3), choice(Network.softmax(4, 3))))
                        .options()
                        .damping())
                .isEqualTo(0.01);
    }

    @ParameterizedTest
    @CsvSource({
        "optimizer.lerningRate, optimizer.learningRate",
        "learningRate, optimizer.learningRate",
        "optimiser.name, optimizer.name",
        "train.steps, train.maxSteps",
        "seed, train.seed",
        "data.imput, data.impute",
        "model.hiden, model.hidden"
    })
    void anUnknownKeyIsRefusedWithTheNearest(String key, String nearest) {
        assertThatThrownBy(() -> set(key + "=1"))
                .isInstanceOf(BadInput.class)
                .hasMessage("Cannot use unknown key %s (--set): did you mean %s?".formatted(key, nearest));
        assertThatThrownBy(() -> of(ConfigFactory.parseString(key + " = 1")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("unknown key " + key)
                .hasMessageContaining("did you mean " + nearest);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train.maxSteps=0|a whole number from 1 on",
                "train.maxSteps=many|a whole number from 1 on",
                "train.patience=1.5|a whole number",
                "train.validation=1|from 0 to below 1",
                "data.holdout=-0.1|from 0 to below 1",
                "data.standardize=maybe|true, false or auto",
                "data.storage=thin|auto, dense or sparse",
                "model.hidden=[10,0]|whole numbers from 1 on",
                "model.hidden=[ten]|a list of whole numbers",
                "model.activation=step|identity, tanh, relu, logistic or gelu",
                "model.output=gaussian|where model.kind = classifier",
                "model.output=poisson|where model.kind = classifier",
                "model.link=log|where model.kind = regressor",
                "model.r=0|a number above 0",
                "model.precision=half|auto, float or double",
                "optimizer.name=kfca|diagonal, newton, trust-region, hessian-free, l-bfgs, shampoo, adam, adamw, sgd or nesterov",
                "optimizer.drift=-1|a number above 0",
                "optimizer.l2=-1|a number from 0 on",
                "optimizer.l2=NaN|a number from 0 on",
                "optimizer.damping=0|a number above 0",
                "optimizer.maxBatchShare=2|above 0, at most 1",
                "optimizer.fisher=true|auto, sampled, exact or empirical"
            })
    void anImpossibleValueIsRefusedWithWhatIsAllowed(String set, String allowed) {
        assertThatThrownBy(() -> set(set))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(set.replace("=", " = ").replace("[10,0]", "[10, 0]") + " (--set)")
                .hasMessageContaining(allowed);
    }

    @Test
    void malformedAssignmentsAreRefused() {
        assertThatThrownBy(() -> set("model.hidden")).hasMessageContaining("must be key=value");
        assertThatThrownBy(() -> set("model.hidden=[1"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("[1");
        assertThatThrownBy(() -> set("model=3"))
                .hasMessageContaining("it is a section")
                .hasMessageContaining("hidden");
        assertThatThrownBy(() -> ConfigFile.read("none.conf"))
                .hasMessageContaining("none.conf")
                .hasMessageContaining("no such file");
    }

    @Test
    void aSettingOfAnotherOptimizerIsRefused() {
        assertThatThrownBy(() -> set("optimizer.name=trust-region", "optimizer.learningRate=1"))
                .hasMessage(
                        "Cannot use optimizer.learningRate with optimizer trust-region: it is for kfac (control = clipped),"
                                + " kfac-clipped, ekfac (control = clipped), ekfac-clipped, natural (control = clipped),"
                                + " natural-blocks (control = clipped), diagonal (control = clipped), shampoo, adam, adamw, sgd, nesterov."
                                + " Remedy: leave it out (auto)");
        assertThatThrownBy(() -> set("optimizer.name=kfac-clipped", "optimizer.control=quadratic"))
                .hasMessageContaining("it is for kfac, ekfac, natural, natural-blocks, diagonal. Remedy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kfac", "ekfac", "natural", "natural-blocks", "diagonal"})
    void aSettingOfTheOtherControlIsRefused(String metric) {
        String name = "optimizer.name=" + metric;
        assertThatThrownBy(() -> set(name, "optimizer.learningRate=1"))
                .isInstanceOf(BadInput.class)
                .hasMessage(
                        "Cannot use optimizer.learningRate with optimizer " + metric + ", whose control is quadratic."
                                + " Remedy: --set optimizer.control=clipped, or leave it out (auto)");
        assertThat(set(name, "optimizer.learningRate=1", "optimizer.control=clipped")
                        .optimizer()
                        .control())
                .isEqualTo(Control.CLIPPED);
        assertThatThrownBy(() -> set(name, "optimizer.maxBatchShare=1", "optimizer.control=clipped"))
                .hasMessageContaining("whose control is clipped. Remedy: --set optimizer.control=quadratic,");
        assertThatThrownBy(() -> set(name, "optimizer.maxBatchShare=1", "train.mode=local"))
                .hasMessageContaining("whose control is clipped. Remedy: --set train.mode=synchronous,");
        assertThatThrownBy(() -> set(name, "optimizer.control=quadratic", "train.mode=local"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("Cannot use optimizer %s with optimizer.control = quadratic".formatted(metric))
                .hasMessageContaining("Remedy: --set optimizer.control=clipped, or --set train.mode=synchronous");
    }

    /** As kfac-clipped is kfac: the same rate, clip, damping, momentum and statistics for every metric, and settings go over them. */
    @Test
    void everyMetricCanBeClipped() {
        assertThat(spec("kfac", false, "control=clipped")).isEqualTo(spec("kfac-clipped", false));
        assertThat(spec("ekfac", true, "control=clipped")).isEqualTo(spec("ekfac-clipped", true));
        assertThat(spec("kfac", false, "control=quadratic")).isEqualTo(spec("kfac", false));
        assertThat(spec("natural-blocks", false, "control=clipped", "block=30", "learningRate=0.1", "klLimit=0.01"))
                .isEqualTo(new FixedRateSpec(
                        new LayerBlockMetric(FisherKind.EXACT, 30),
                        FixedRateOptions.plain(2_048, 0.1, 3e-3, new Momentum.HeavyBall(0.9))
                                .clippedAt(0.01)
                                .every(5, 20)));
    }

    @Test
    void optimizersHaveTheirOwnDefaults() {
        assertThat(spec("kfac", false))
                .isEqualTo(new AdaptiveSpec(
                        new KroneckerMetric(FisherKind.SAMPLED, 0.95),
                        new AdaptiveOptions(2_000, 0.25, new Refresh.Every(5), Double.NaN)));
        assertThat(spec("kfac", true))
                .isEqualTo(new AdaptiveSpec(
                        new KroneckerMetric(FisherKind.SAMPLED, 0.95),
                        new AdaptiveOptions(10_000_000, 1, new Refresh.Every(5), Double.NaN)));
        assertThat(spec("kfac-clipped", false))
                .isEqualTo(new FixedRateSpec(
                        new KroneckerMetric(FisherKind.SAMPLED, 0.95),
                        FixedRateOptions.plain(2_048, 0.2, 3e-3, new Momentum.HeavyBall(0.9))
                                .clippedAt(3e-3)
                                .every(5, 20)));
        assertThat(spec("natural", true))
                .isEqualTo(new AdaptiveSpec(
                        new FullFisherMetric(FisherKind.EXACT),
                        new AdaptiveOptions(Integer.MAX_VALUE, 1, new Refresh.Every(1), Double.NaN)));
        assertThat(spec("adam", false))
                .isEqualTo(new FixedRateSpec(
                        new AdamMetric(0.999),
                        FixedRateOptions.plain(256, 1e-3, 1e-8, new Momentum.GradientAverage(0.9))));
        assertThat(spec("sgd", false))
                .isEqualTo(new FixedRateSpec(
                        new IdentityMetric(), FixedRateOptions.plain(256, 0.1, 0, new Momentum.HeavyBall(0.9))));
    }

    /** A name is a row of a table: metric and step control, and what is set goes over it. */
    @Test
    void settingsGoOverPresets() {
        FixedRateOptions shampoo = new FixedRateOptions(
                512,
                new LearningRate.Cosine(0.01, 5, 200),
                1e-6,
                new Momentum.GradientAverage(0.8),
                Double.POSITIVE_INFINITY,
                0.1,
                1,
                new Refresh.Drift(0.2));
        assertThat(spec(
                        "shampoo",
                        false,
                        "batchRows=512",
                        "learningRate=0.01",
                        "schedule=cosine",
                        "warmup=5",
                        "damping=1e-6",
                        "momentum=0.8",
                        "decay=0.1",
                        "drift=0.2",
                        "beta2=1",
                        "sides=one",
                        "block=100",
                        "graft=sgd",
                        "startAfter=0"))
                .isEqualTo(new FixedRateSpec(
                        new ShampooMetric(
                                new ShampooPreconditioner.Options(ShampooPreconditioner.Sides.ONE, 1, 100),
                                ShampooMetric.Graft.SGD,
                                0),
                        shampoo));
        assertThat(spec("natural-blocks", true, "fisher=sampled", "block=50", "refreshEvery=3", "damping=0.1"))
                .isEqualTo(new AdaptiveSpec(
                        new LayerBlockMetric(FisherKind.SAMPLED, 50),
                        new AdaptiveOptions(Integer.MAX_VALUE, 1, new Refresh.Every(3), 0.1)));
        assertThat(((FixedRateSpec) spec("nesterov", false, "momentum=0.5", "schedule=inverse-sqrt")).options())
                .isEqualTo(new FixedRateOptions(
                        256,
                        new LearningRate.InverseSqrt(0.1, 100),
                        0,
                        new Momentum.Nesterov(0.5),
                        Double.POSITIVE_INFINITY,
                        0,
                        1,
                        new Refresh.Every(1)));
    }

    /** Steps as long as another's have the rate that suits the other. */
    @Test
    void graftsBringTheirRates() {
        assertThat(spec("shampoo", false, "graft=adam")).isEqualTo(spec("shampoo", false));
        Map<ShampooMetric.Graft, Double> rates = Map.of(
                ShampooMetric.Graft.NONE, 0.05,
                ShampooMetric.Graft.SGD, 1.0,
                ShampooMetric.Graft.RMSPROP, 6e-3,
                ShampooMetric.Graft.ADAM, 6e-3);
        rates.forEach((graft, rate) -> {
            String set = "graft=" + graft.name().toLowerCase(Locale.ROOT);
            FixedRateSpec spec = (FixedRateSpec) spec("shampoo", false, set);
            assertThat(spec.options().rate().peak()).as(set).isEqualTo(rate);
            ShampooMetric metric = (ShampooMetric) spec.metric();
            assertThat(metric.graft()).isEqualTo(graft);
            assertThat(metric.warmup()).isEqualTo(graft == ShampooMetric.Graft.NONE ? 0 : 10);
            assertThat(((FixedRateSpec) spec("shampoo", false, set, "learningRate=0.3"))
                            .options()
                            .rate()
                            .peak())
                    .isEqualTo(0.3);
        });
    }

    @Test
    void everyPresetIsANameAndEveryNameButNewtonAPreset() {
        List<String> names = Stream.of(OptimizerName.values())
                .map(OptimizerName::key)
                .filter(key -> !key.equals("newton"))
                .toList();
        assertThat(Stream.of(Preset.values()).map(Preset::key)).containsExactlyInAnyOrderElementsOf(names);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "optimizer.schedule=linear|auto, constant, cosine or inverse-sqrt",
                "optimizer.sides=three|auto, one or two",
                "optimizer.graft=newton|auto, none, sgd, rmsprop or adam",
                "optimizer.block=0|a whole number from 1 on"
            })
    void anImpossibleSettingOfShampooIsRefusedWithWhatIsAllowed(String set, String allowed) {
        assertThatThrownBy(() -> set("optimizer.name=shampoo", set)).hasMessageContaining(allowed);
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> set("optimizer.drift=0.1", "optimizer.refreshEvery=5"))
                .hasMessageContaining("Cannot use both optimizer.refreshEvery and optimizer.drift");
        assertThatThrownBy(() -> set("optimizer.name=adam", "optimizer.warmup=5"))
                .hasMessageContaining("Remedy: --set optimizer.schedule=cosine or inverse-sqrt");
        assertThatThrownBy(() -> set("optimizer.name=adam", "optimizer.schedule=cosine"))
                .hasMessageContaining("Remedy: --set train.maxSteps=");
        assertThatThrownBy(() -> spec("shampoo", false, "graft=none", "startAfter=7"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("Cannot use optimizer.startAfter = 7 with optimizer.graft = none")
                .hasMessageContaining("Remedy: ");
        assertThatThrownBy(() -> spec("shampoo", false, "startAfter=-1"))
                .hasMessageContaining("a whole number from 0 on");
        assertThatThrownBy(() -> spec("adam", false, "beta2=1")).hasMessageContaining("Remedy: a number below 1");
    }

    @Test
    void stepsThatAreSolvedForHaveTheirOwnSettings() {
        assertThat(spec("trust-region", false))
                .isEqualTo(new TruncatedSpec(
                        new KroneckerMetric(FisherKind.SAMPLED, 0.95),
                        new TruncatedOptions(2_000, 0.25, 2, 0.1, new StepRegion.KlRadius(0.1, 1e-5))));
        assertThat(spec("hessian-free", true))
                .isEqualTo(new TruncatedSpec(
                        new KroneckerMetric(FisherKind.SAMPLED, 0.95),
                        new TruncatedOptions(10_000_000, 1, 2, 0.1, new StepRegion.ReductionRatio(Double.NaN))));
        assertThat(spec("l-bfgs", false)).isInstanceOf(QuasiNewtonSpec.class);
        assertThat(spec("l-bfgs", true)).isInstanceOf(ExactSpec.QuasiNewton.class);
        Network network = Network.mlp(4, List.of(5), 3, Activation.TANH, new Categorical(), Precision.FLOAT);
        OptimizerConfig given = set(
                        "optimizer.name=trust-region",
                        "optimizer.radius=0.02",
                        "optimizer.maxProducts=3",
                        "optimizer.damping=0.1")
                .optimizer();
        assertThat(((TruncatedSpec) given.spec(network, choice(network)))
                        .options()
                        .region())
                .isEqualTo(new StepRegion.KlRadius(0.02, 0.1));
        assertThatThrownBy(() -> set("optimizer.radius=0.1")).hasMessageContaining("it is for trust-region");
        assertThatThrownBy(() -> set("optimizer.name=l-bfgs", "optimizer.l1=0.1")
                        .optimizer()
                        .spec(network, choice(network)))
                .hasMessageContaining("with hidden layers");
    }

    @Test
    void precisionAndOutputsFollowTheModel() {
        assertThat(set("model.hidden=[]").model().precision()).isEqualTo(Precision.DOUBLE);
        assertThat(set().model().precision()).isEqualTo(Precision.FLOAT);
        assertThat(set().model().network(5, 2).outputs()).isEqualTo(1);
        assertThat(set().model().network(5, 3).outputs()).isEqualTo(3);
        assertThat(set("model.output=categorical").model().network(5, 2).outputs())
                .isEqualTo(2);
        assertThat(set("model.kind=autoencoder").model().network(5, 0).outputs())
                .isEqualTo(5);
        assertThatThrownBy(() -> set("model.output=bernoulli").model().network(5, 3))
                .hasMessageContaining("there are 3");
    }

    @Test
    void bernoulliAutoencodersWantUnitInputs() {
        String[] bernoulli = {"model.kind=autoencoder", "model.output=bernoulli"};
        TrainConfig config = set(bernoulli);
        assertThat(config.data().options(config.model(), false).target().wantsUnitFeatures())
                .isTrue();
        TrainConfig gaussian = set("model.kind=autoencoder");
        assertThat(gaussian.data().options(gaussian.model(), false).target().wantsUnitFeatures())
                .isFalse();
        TrainConfig scaled = set(bernoulli[0], bernoulli[1], "data.standardize=true");
        assertThatThrownBy(() -> scaled.data().options(scaled.model(), false))
                .hasMessageContaining("data.standardize = true")
                .hasMessageContaining("Remedy: --set data.standardize=auto");
    }

    @Test
    void lookingAtHeldOutRowsSuitsTheOptimizer() {
        TrainingOptions kfac = set().train().options(spec("kfac", false), 100_000);
        assertThat(kfac.checkEvery()).isEqualTo(5);
        assertThat(kfac.validation()).isEqualTo(0.1);
        TrainingOptions adam = set("train.validation=0").train().options(spec("adam", false), 256_000);
        assertThat(adam.checkEvery()).isEqualTo(1_000);
        assertThat(adam.maxEpochs()).isEqualTo(100);
        // Steps of a few an epoch are looked at every fifth, rounds every one: a round has gone far.
        FixedRateSpec each = (FixedRateSpec) spec("kfac-clipped", false);
        assertThat(set().train().options(each, 6_000).checkEvery()).isEqualTo(5);
        assertThat(set().train().options(new LocalSpec(each, 4, 2), 6_000).checkEvery())
                .isEqualTo(1);
    }

    /** A thousand dense rows on two cores, and a driver of a gigabyte. */
    private static SolverChoice choice(Network network) {
        long bytes = 1_000L * network.inputColumns() * network.precision().bytes();
        Plan.Limits limits = new Plan.Limits(1L << 30, 1L << 30, 2, 1L << 30, true, 2);
        return new SolverChoice(network, new Plan.Workload(1_000, 2, 2, bytes), false, limits);
    }

    @Test
    void newtonFindsItsSolver() {
        Network small = Network.softmax(4, 3);
        Network wide = Network.softmax(100_000, 20);
        assertThat(set("optimizer.name=newton").optimizer().spec(small, choice(small)))
                .isEqualTo(new ExactSpec.Newton(1e-9));
        assertThat(set("optimizer.name=newton").optimizer().spec(wide, choice(wide)))
                .isEqualTo(new ExactSpec.QuasiNewton(1e-9, new IdentityMetric()));
        assertThat(set("optimizer.name=newton", "optimizer.l1=1e-3").optimizer().spec(wide, choice(wide)))
                .isEqualTo(new ExactSpec.QuasiNewton(1e-9, new IdentityMetric()));
        assertThat(set("optimizer.name=newton", "optimizer.solver=newton-cg")
                        .optimizer()
                        .spec(small, choice(small)))
                .isEqualTo(new ExactSpec.TruncatedNewton(1e-9, new OutputBlockMetric()));
        assertThat(set("optimizer.name=newton", "optimizer.solver=l-bfgs", "optimizer.l1=1e-3")
                        .optimizer()
                        .spec(small, choice(small)))
                .isEqualTo(new ExactSpec.QuasiNewton(1e-9, new OutputBlockMetric()));
        assertThat(set("optimizer.name=newton", "optimizer.solver=newton")
                        .optimizer()
                        .spec(wide, choice(wide)))
                .isEqualTo(new ExactSpec.Newton(1e-9));
        assertThatThrownBy(() -> set("optimizer.name=newton", "optimizer.solver=newton-cg", "optimizer.l1=1e-3")
                        .optimizer()
                        .spec(small, choice(small)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("Remedy: newton, l-bfgs or auto");
        assertThatThrownBy(() -> set("optimizer.l1=0.1")).hasMessageContaining("optimizer.name=newton");
    }

    @Test
    void localStepsAreForStepsOfARate() {
        Network network = Network.softmax(9, 10);
        Plan.Workload workload = new Plan.Workload(100_000, 4, 4, 0);
        TrainConfig chosen = set("optimizer.name=adam", "train.mode=local", "train.localSteps=7");
        assertThat(chosen.spec(network, choice(network), workload))
                .isEqualTo(new LocalSpec((FixedRateSpec) Preset.ADAM.of(network), 7, 4));
        TrainConfig cosine = set(
                "optimizer.name=adam",
                "optimizer.schedule=cosine",
                "optimizer.warmup=5",
                "train.mode=local",
                "train.localSteps=7",
                "train.maxSteps=10");
        LocalSpec rounds = (LocalSpec) cosine.spec(network, choice(network), workload);
        assertThat(rounds.each().options().rate()).isEqualTo(new LearningRate.Cosine(1e-3, 5, 70));
        TrainConfig auto = set("optimizer.name=adam", "train.mode=local");
        assertThat(auto.spec(network, choice(network), workload)).isInstanceOf(LocalSpec.class);
        TrainConfig steered =
                set("optimizer.name=kfac", "train.mode=local", "train.localSteps=7", "optimizer.learningRate=0.1");
        FixedRateSpec clipped = (FixedRateSpec) Preset.KFAC_CLIPPED.of(network);
        assertThat(steered.spec(network, choice(network), workload))
                .isEqualTo(new LocalSpec(
                        new FixedRateSpec(clipped.metric(), clipped.options().at(new LearningRate.Constant(0.1))),
                        7,
                        4));
        for (String searched : List.of("trust-region", "hessian-free", "l-bfgs", "newton")) {
            TrainConfig onAllRows = set("optimizer.name=" + searched, "train.mode=local");
            assertThatThrownBy(() -> onAllRows.spec(network, choice(network), workload))
                    .as(searched)
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("Cannot train in mode local by")
                    .hasMessageContaining("Remedy: mode synchronous; or");
        }
        assertThatThrownBy(() -> set("train.localSteps=7")).hasMessageContaining("--set train.mode=local");
    }

    @Test
    void localStepsHaveALimit() {
        assertThat(localKl("auto")).isEqualTo(KlLimit.AUTO);
        assertThat(localKl("0.5")).isEqualTo(new KlLimit.Fixed(0.5));
        assertThat(localKl("none")).isEqualTo(KlLimit.NONE);
        assertThatThrownBy(() -> localKl("-1"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("train.localKl = -1")
                .hasMessageContaining("a number above 0, none or auto");
        assertThatThrownBy(() -> set("train.localKl=none"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("train.localKl = none with train.mode = synchronous")
                .hasMessageContaining("--set train.mode=local");
    }

    private static KlLimit localKl(String value) {
        Network network = Network.softmax(9, 10);
        OptimizerSpec spec = set("optimizer.name=adam", "train.mode=local", "train.localKl=" + value)
                .spec(network, choice(network), new Plan.Workload(100_000, 4, 4, 0));
        return ((LocalSpec) spec).klLimit();
    }

    /** @param sets settings of the optimizer; a run of 200 steps where there are any */
    private static OptimizerSpec spec(String name, boolean linear, String... sets) {
        Network network = linear
                ? Network.softmax(9, 10)
                : Network.mlp(999, List.of(120), 10, Activation.TANH, new Categorical(), Precision.FLOAT);
        List<String> all = new ArrayList<>(List.of("optimizer.name=" + name));
        Stream.of(sets).map(set -> "optimizer." + set).forEach(all::add);
        if (sets.length > 0) {
            all.add("train.maxSteps=200");
        }
        return set(all.toArray(String[]::new)).optimizer().spec(network, choice(network));
    }

    private static TrainConfig set(String... sets) {
        return TrainConfig.of(ConfigLayers.merge(ConfigFactory.empty(), List.of(sets), Map.of()));
    }

    private static TrainConfig of(Config file) {
        return TrainConfig.of(ConfigLayers.merge(file, List.of(), Map.of()));
    }
}
