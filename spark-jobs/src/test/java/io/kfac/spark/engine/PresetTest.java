package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kfac.batch.MiniBatch;
import io.kfac.family.Categorical;
import io.kfac.family.Poisson;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.Optimizer;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EmbeddedDigits;
import io.kfac.spark.data.EncodingOptions;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.Target;
import io.kfac.spark.data.TrainingData;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every named optimizer on every kind of model, as it is where nobody says anything else. */
class PresetTest {
    private static final int STEPS = 12;
    private static final int PARTS = 2;
    private static final Set<Preset> ON_ALL_ROWS = EnumSet.of(Preset.TRUST_REGION, Preset.HESSIAN_FREE, Preset.L_BFGS);
    private static final SparkSession SPARK = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    private static final List<MiniBatch> DIGITS = blocks(EmbeddedDigits.read(SPARK), DataOptions.defaults());
    private static final List<MiniBatch> COUNTS = blocks(
            Table.of(SPARK.range(0, 2_000, 1, 2)
                    .selectExpr("sin(id) x", "cos(2 * id) z", "floor(exp(1 + sin(id)) + id % 3) y")),
            DataOptions.defaults()
                    .with(Target.value("y"))
                    .with(EncodingOptions.defaults().withStandardize(false)));

    @AfterAll
    static void stop() {
        SPARK.stop();
    }

    private static List<MiniBatch> blocks(Table table, DataOptions options) {
        try (TrainingData data = TrainingData.load(
                table,
                options.with(options.blocks().withPrecision(Precision.DOUBLE).withPartitions(PARTS)))) {
            return data.blocks().collect();
        }
    }

    private enum Model {
        HIDDEN_LAYERS(Network.mlp(64, List.of(8), 10, Activation.TANH, new Categorical(), Precision.DOUBLE), DIGITS),
        SOFTMAX(Network.softmax(64, 10), DIGITS),
        POISSON(
                Network.mlp(2, List.of(), 1, Activation.IDENTITY, new Poisson().canonicalLink(), Precision.DOUBLE),
                COUNTS);

        @SuppressWarnings("ImmutableEnumChecker") // nobody writes to them
        final Network network;

        @SuppressWarnings("ImmutableEnumChecker")
        final List<MiniBatch> blocks;

        Model(Network network, List<MiniBatch> blocks) {
            this.network = network;
            this.blocks = blocks;
        }
    }

    static Stream<Arguments> everyOneOnEveryModel() {
        return Stream.of(Preset.values())
                .flatMap(preset -> Stream.of(Model.values()).map(model -> Arguments.of(preset, model)));
    }

    @ParameterizedTest
    @MethodSource("everyOneOnEveryModel")
    void learns(Preset preset, Model model) {
        Network network = model.network;
        Objective objective = new InMemoryObjective(network, model.blocks);
        assertThat(share(preset.of(network), objective)).isLessThan(0.999);
    }

    @ParameterizedTest
    @MethodSource("everyOneOnEveryModel")
    void learnsByLocalStepsUnlessItsStepsTakeAllRows(Preset preset, Model model) {
        Network network = model.network;
        Objective objective = InMemoryObjective.inParts(network, parts(model.blocks));
        OptimizerSpec each = preset.of(network, TrainingMode.LOCAL.control());
        Plan.Workload workload = new Plan.Workload(objective.rows(), PARTS, PARTS, 0);
        if (ON_ALL_ROWS.contains(preset)) {
            assertThatThrownBy(() -> TrainingMode.LOCAL.of(each, OptionalInt.of(10), network, workload))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("Cannot train in mode local by " + each.title())
                    .hasMessageContaining(" for on all rows of a batch")
                    .hasMessageContaining("Remedy: mode synchronous; or");
            return;
        }
        OptimizerSpec local = TrainingMode.LOCAL.of(each, OptionalInt.of(10), network, workload);
        assertThat(share(local, objective)).isLessThan(0.9);
    }

    @Test
    void bothControlsStepInTheSameMetric() {
        Network network = Model.HIDDEN_LAYERS.network;
        for (Preset preset :
                List.of(Preset.KFAC, Preset.EKFAC, Preset.NATURAL, Preset.NATURAL_BLOCKS, Preset.DIAGONAL)) {
            OptimizerSpec quadratic = preset.of(network, Control.QUADRATIC);
            OptimizerSpec clipped = preset.of(network, Control.CLIPPED);
            assertThat(quadratic).isInstanceOf(AdaptiveSpec.class).isEqualTo(preset.of(network));
            assertThat(clipped).isInstanceOf(FixedRateSpec.class);
            assertThat(clipped.metric()).isEqualTo(quadratic.metric());
            assertThat(((FixedRateSpec) clipped).options())
                    .isEqualTo(((FixedRateSpec) Preset.KFAC_CLIPPED.of(network)).options());
            assertThat(clipped.title()).isEqualTo("clipped " + quadratic.title());
        }
        assertThat(Preset.KFAC.of(network, Control.CLIPPED)).isEqualTo(Preset.KFAC_CLIPPED.of(network));
        assertThat(Preset.EKFAC.of(network, Control.CLIPPED)).isEqualTo(Preset.EKFAC_CLIPPED.of(network));
        for (Preset preset : List.of(Preset.KFAC_CLIPPED, Preset.ADAM, Preset.TRUST_REGION, Preset.L_BFGS)) {
            assertThat(preset.of(network, Control.CLIPPED)).isEqualTo(preset.of(network));
        }
    }

    /** Shampoo's own is the floor of its eigenvalues; that of its graft's root stays. */
    @Test
    void dampingIsThatOfTheMetricWhereThereIsOne() {
        Network network = Model.HIDDEN_LAYERS.network;
        FixedRateSpec shampoo =
                (FixedRateSpec) Preset.SHAMPOO.of(network).damped(0.5).orElseThrow();
        assertThat(shampoo.options().damping()).isEqualTo(0.5);
        assertThat(((AdaptiveSpec) Preset.KFAC.of(network).damped(0.5).orElseThrow())
                        .options()
                        .damping())
                .isEqualTo(0.5);
        for (Preset solved : List.of(Preset.TRUST_REGION, Preset.HESSIAN_FREE)) {
            assertThat(((TruncatedSpec) solved.of(network).damped(0.5).orElseThrow())
                            .options()
                            .region()
                            .damping())
                    .isEqualTo(0.5);
        }
        for (Preset without : List.of(Preset.SGD, Preset.NESTEROV, Preset.L_BFGS)) {
            assertThat(without.of(network).damped(0.5)).isEmpty();
        }
    }

    /** The loss after some steps as a share of that before. */
    private static double share(OptimizerSpec spec, Objective objective) {
        Network network = objective.network();
        Parameters start = network.initialParameters(1);
        Optimizer optimizer =
                spec.create(new OptimizerSpec.Start(network, start, new Penalty(1e-4), 1, 0, objective.rows()));
        for (int i = 0; i < STEPS && optimizer.stalled().isEmpty(); i++) {
            optimizer.step(objective);
        }
        optimizer.finish(objective);
        return loss(objective, optimizer.settled()) / loss(objective, start);
    }

    private static List<List<MiniBatch>> parts(List<MiniBatch> blocks) {
        return IntStream.range(0, PARTS)
                .mapToObj(part -> IntStream.range(0, blocks.size())
                        .filter(b -> b % PARTS == part)
                        .mapToObj(blocks::get)
                        .toList())
                .toList();
    }

    private static double loss(Objective objective, Parameters at) {
        return objective
                .evaluate("test", new Query(at, RowSelection.all(), Request.loss()))
                .meanLoss();
    }
}
