package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.family.Bernoulli;
import io.kfac.inference.Collinearity.Dependence;
import io.kfac.inference.Separation;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.BlockOptions;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.TrainingData;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of noise, an indicator of positive rows and a combination: the same findings with a Hessian and without. */
class IdentificationTest {
    private static final SparkSession SPARK = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    private static final int INDICATOR = 2;
    private static final int COMBINATION = 3;

    static List<ExactSpec> solvers() {
        return List.of(
                new ExactSpec.Newton(1e-9),
                new ExactSpec.TruncatedNewton(1e-9, new OutputBlockMetric()),
                new ExactSpec.QuasiNewton(1e-9, new OutputBlockMetric()),
                new ExactSpec.QuasiNewton(1e-9, new IdentityMetric()));
    }

    private static Table table() {
        return Table.of(SPARK.range(0, 500, 1, 3)
                .selectExpr("sin(id) x", "cos(2.5 * id) z", "IF(id % 10 = 0, 1, 0) rare", "id")
                .selectExpr(
                        "x", "z", "rare", "2 * x - z + 1 both", "CAST(rare = 1 OR x + sin(id * id) > 0 AS INT) label"));
    }

    @ParameterizedTest
    @MethodSource("solvers")
    void findingsNeedNoHessian(ExactSpec solver) {
        DataOptions options =
                DataOptions.forLabel("label").with(BlockOptions.defaults().withPrecision(Precision.DOUBLE));
        try (TrainingData data = TrainingData.load(table(), options)) {
            Network network = Network.mlp(4, List.of(), 1, Activation.IDENTITY, new Bernoulli(), Precision.DOUBLE);
            TrainingRun.Outcome outcome = new TrainingRun(
                            network, solver, new Penalty(0), TrainingOptions.defaults(300, 1, 0))
                    .run(data, Optional.empty(), step -> {});
            assertThat(outcome.certificate().orElseThrow().converged())
                    .as("%s, %s", outcome.result(), outcome.certificate())
                    .isTrue();
            Identification found = Identification.of(
                    network,
                    data,
                    outcome.result().parameters(),
                    outcome.localModel().orElseThrow(),
                    false);
            assertThat(found.dependences()).extracting(Dependence::column).containsExactly(COMBINATION);
            Separation separation = found.separation().orElseThrow();
            double[] direction = separation.direction().toArray();
            assertThat(separation.descending()).isEqualTo(50);
            assertThat(IntStream.range(0, 4).filter(j -> direction[j] != 0)).containsExactly(INDICATOR);
        }
    }
}
