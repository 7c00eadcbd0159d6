package io.kfac.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import io.kfac.model.Network;
import io.kfac.optimizer.LearningRate;
import io.kfac.optimizer.Refresh;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.AdaptiveSpec;
import io.kfac.spark.engine.FixedRateSpec;
import io.kfac.spark.engine.Json;
import io.kfac.spark.engine.LocalSpec;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.Preset;
import io.kfac.spark.engine.SolverChoice;
import io.kfac.spark.engine.StopLimits;
import io.kfac.spark.report.Quantity;
import io.kfac.spark.report.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompareConfigTest {
    private static CompareConfig of(String text, String... sets) {
        return CompareConfig.of(ConfigLayers.merge(ConfigFactory.parseString(text), List.of(sets), Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"compare-digits", "compare-fashion-mnist"})
    void theExamplesCanBeUsed(String name) {
        Path file = Path.of("..", "conf", name + ".conf");
        CompareConfig config =
                CompareConfig.of(ConfigLayers.merge(ConfigFile.read(file.toString()), List.of(), Map.of()));
        assertThat(config.contenders()).hasSizeGreaterThan(4);
        assertThat(config.targets()).isNotEmpty();
        assertThat(config.base().model().hidden()).isNotEmpty();
    }

    @Test
    void anEntryIsAnOptimizerWithSettingsOfItsOwn() {
        CompareConfig config = of("""
                optimizer { name = sgd, learningRate = 7, l2 = 0.25 }
                compare {
                  optimizers = [
                    { name = kfac, label = "slow", refreshEvery = 50 }
                    { name = adam, learningRate = [1e-3, 1e-2] }
                    { name = sgd, learningRate = 0.5, baseline = false }
                    { name = nesterov }
                    { name = mllib-mlp }
                  ]
                  targets = [{ loss = 0.1 }, { accuracy = 0.9 }]
                  budget { seconds = auto, jobs = 50 }
                }
                """, "compare.seeds=[3,4]");
        CompareConfig.Contender kfac = config.contenders().get(0);
        assertThat(kfac.label()).isEqualTo("slow");
        assertThat(kfac.baseline()).isFalse();
        assertThat(kfac.tuned()).isFalse();
        assertThat(kfac.settings().getInt("optimizer.refreshEvery")).isEqualTo(50);
        assertThat(kfac.settings().getDouble("optimizer.l2"))
                .as("of the objective")
                .isEqualTo(0.25);
        assertThat(kfac.settings().getString("optimizer.learningRate"))
                .as("the file's own is sgd's")
                .isEqualTo("auto");
        assertThat(kfac.settings().getInt("train.validation"))
                .as("no rows are held out")
                .isZero();
        CompareConfig.Contender adam = config.contenders().get(1);
        assertThat(adam.tuned()).isTrue();
        assertThat(adam.learningRates()).containsExactly(1e-3, 1e-2);
        assertThat(adam.baseline()).isTrue();
        assertThat(config.contenders().get(2).tuned()).as("it says its rate").isFalse();
        assertThat(config.contenders().get(2).baseline()).isFalse();
        assertThat(config.contenders().get(3).tuned()).as("by the default grid").isTrue();
        assertThat(config.contenders().get(4).isMllib()).isTrue();
        assertThat(config.seeds()).containsExactly(3L, 4L);
        assertThat(config.targets())
                .containsExactly(new Target(Quantity.LOSS, 0.1), new Target(Quantity.ACCURACY, 0.9));
        assertThat(config.budget())
                .isEqualTo(new CompareConfig.Budget(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 50));
        assertThat(config.budget().text()).isEqualTo("50 Spark jobs");
        assertThat(config.budget().spent(1e9, 1e9, 49)).isFalse();
        assertThat(config.budget().spent(0, 0, 50)).isTrue();
    }

    /** What is reported side by side may be ways of training, or how stale a metric may be. */
    @Test
    void anEntryMayTrainInAWayOfItsOwn() {
        CompareConfig config = of("""
                compare.optimizers = [
                  { name = kfac }
                  { name = kfac, label = "local", train { mode = local, localSteps = 4 } }
                  { name = kfac, label = "clipped", control = clipped, learningRate = 0.1 }
                  { name = kfac, label = "stale", drift = 0.1 }
                  { name = adam, label = "falls", schedule = cosine, train { maxSteps = 70 } }
                ]
                """);
        Network network = Network.softmax(4, 3);
        Plan.Workload workload = new Plan.Workload(10_000, 2, 2, 0);
        Plan.Limits limits = new Plan.Limits(1L << 30, 1L << 30, 2, 1L << 30, true, 2);
        SolverChoice choice = new SolverChoice(network, workload, false, limits);
        List<OptimizerSpec> specs = config.contenders().stream()
                .map(one -> one.config().spec(network, choice, workload))
                .toList();
        AdaptiveSpec own = (AdaptiveSpec) Preset.KFAC.of(network);
        FixedRateSpec clipped = (FixedRateSpec) Preset.KFAC_CLIPPED.of(network);
        assertThat(specs.get(0)).isEqualTo(own);
        assertThat(specs.get(1)).isEqualTo(new LocalSpec(clipped, 4, 2));
        assertThat(specs.get(2))
                .isEqualTo(new FixedRateSpec(clipped.metric(), clipped.options().at(new LearningRate.Constant(0.1))));
        assertThat(((AdaptiveSpec) specs.get(3)).options().refresh()).isEqualTo(new Refresh.Drift(0.1));
        assertThat(((FixedRateSpec) specs.get(4)).options().rate()).isEqualTo(new LearningRate.Cosine(1e-3, 0, 70));
        StopLimits limitsOfTheFirst = config.contenders().get(0).config().train();
        assertThat(limitsOfTheFirst.unlimited().options(own, 10_000).maxSteps()).isEqualTo(Integer.MAX_VALUE);
        assertThat(limitsOfTheFirst.unlimited().options(own, 10_000).maxEpochs())
                .isInfinite();
        assertThat(config.contenders()
                        .get(4)
                        .config()
                        .train()
                        .unlimited()
                        .options(clipped, 10_000)
                        .maxSteps())
                .isEqualTo(70);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            optimizers = [{ name = adam, schedule = cosine }]       | Remedy: --set train.maxSteps=
            optimizers = [{ name = kfac, model { hidden = [5] } }]  | data, model and seeds are the same for all
            optimizers = [{ name = kfac, train { seed = 5 } }]      | Cannot use train.seed in an entry
            optimizers = []                                         | it must be a list of at least one
            optimizers = [kfac]                                     | it must be a list of objects
            optimizers = [{ label = x }]                            | it has no name
            optimizers = [{ name = kfca }]                          | optimizer.name = kfca
            optimizers = [{ name = kfac, lerningRate = 1 }]         | did you mean optimizer.learningRate
            optimizers = [{ name = kfac, learningRate = 1 }]        | Cannot use optimizer.learningRate with optimizer kfac
            optimizers = [{ name = kfac }, { name = kfac }]         | two optimizers called 'K-FAC'
            optimizers = [{ name = mllib-mlp, refreshEvery = 2 }]   | of settings it knows label and baseline
            seeds = [1, 1]                                          | a list of different whole numbers
            targets = [{ speed = 1 }]                               | Cannot use the target speed=1
            targets = [{ loss = low }]                              | Cannot use the target loss=low
            budget { seconds = -1 }                                 | a number above 0
            """)
    void whatCannotBeUsedIsSaidBeforeAnythingRuns(String given, String message) {
        assertThatThrownBy(() -> of("compare { " + given + " }"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(message);
    }

    @Test
    void secretsDoNotTravel() throws Exception {
        TrainConfig config = TrainConfig.of(ConfigLayers.merge(
                ConfigFactory.empty(), List.of("data.options.password=hunter2", "data.options.sep=;"), Map.of()));
        JsonNode json = config.json();
        assertThat(Json.line(json)).doesNotContain("hunter2");
        assertThat(json.at("/data/options/password").asText()).isEqualTo("***");
        assertThat(json.at("/data/options/sep").asText()).isEqualTo(";");
        assertThat(json.has("compare")).isFalse();
        assertThat(Secrets.command(List.of("train", "--set", "data.options.password=hunter2", "--data", "a b.csv")))
                .isEqualTo("kfac train --set 'data.options.password=***' --data 'a b.csv'");
    }

    @Test
    void runsHaveDirectoriesOfTheirOwn() {
        CompareConfig config =
                of("compare.optimizers = [{ name = kfac, label = \"a/b\" }, { name = kfac, label = \"a b\" }]");
        Heat first = new Heat(config.contenders().get(0), java.util.Optional.empty(), 1);
        Heat second = new Heat(config.contenders().get(1), java.util.Optional.empty(), 1);
        assertThat(first.directory()).matches("runs/a-b-[0-9a-f]{4}/seed-1");
        assertThat(second.directory()).isEqualTo("runs/a-b/seed-1");
    }
}
