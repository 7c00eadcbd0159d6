package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.objective.CancelledException;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.TrainingListener;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.TrainingData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class PathRunTest {
    private static final SparkSession SPARK = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    private static final int FEATURES = 5;
    private static final Network NETWORK = Network.softmax(FEATURES, 3);
    private static final double TOLERANCE = 1e-10;
    private static final ExactSpec NEWTON = new ExactSpec.Newton(TOLERANCE);
    private static final ExactSpec QUASI = new ExactSpec.QuasiNewton(TOLERANCE, new IdentityMetric());
    private static final double[] L2 = {0.3, 0.1, 0.03, 0.01, 0.003};

    private static TrainingData data() {
        List<Row> rows = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 300; i++) {
            double[] x = random.doubles(FEATURES, -1, 1).toArray();
            x[i % 3] += 0.8;
            rows.add(RowFactory.create((double) (i % 3), Vectors.dense(x)));
        }
        StructType schema =
                new StructType().add("label", DataTypes.DoubleType).add("features", SQLDataTypes.VectorType());
        DataOptions options = DataOptions.forLabel("label");
        return TrainingData.load(
                Table.of(SPARK.createDataFrame(rows, schema)),
                options.with(options.blocks().withPrecision(Precision.DOUBLE)));
    }

    private static PathRun.Member member(ExactSpec spec, double l2, TrainingListener listener) {
        return new PathRun.Member(
                spec, new Penalty(l2), new TrainingOptions(200, 1e9, 1, 0, 5, 5, 1e-3, false), listener);
    }

    private static List<PathRun.Member> members(ExactSpec... specs) {
        List<PathRun.Member> members = new ArrayList<>();
        for (int i = 0; i < specs.length; i++) {
            members.add(member(specs[i], L2[i], step -> {}));
        }
        return members;
    }

    private static double objective(TrainingRun.Outcome outcome) {
        return outcome.certificate().orElseThrow().objective();
    }

    private static long passes(TrainingRun.Outcome outcome) {
        return outcome.certificate().orElseThrow().passes();
    }

    /** Each by its own optimizer; neighbours by Newton's method share their jobs. */
    @Test
    void membersOfAllKindsReachTheirOwnOptimum() {
        try (TrainingData data = data()) {
            List<PathRun.Member> members = members(QUASI, NEWTON, NEWTON, QUASI, NEWTON);
            List<TrainingRun.Outcome> path = new PathRun(NETWORK).run(data, members);
            for (int i = 0; i < L2.length; i++) {
                TrainingRun.Outcome alone = new PathRun(NETWORK)
                        .run(data, List.of(member(NEWTON, L2[i], s -> {})))
                        .get(0);
                assertThat(objective(path.get(i))).isCloseTo(objective(alone), within(1e-8 * objective(alone)));
                assertThat(path.get(i).certificate().orElseThrow().converged()).isTrue();
            }
            assertThat(path.get(1).cost()).isEqualTo(path.get(2).cost());
            assertThat(path.get(4).localModel()).isPresent();
        }
    }

    @Test
    void fitsStartWhereStrongerPenaltiesEnded() {
        try (TrainingData data = data()) {
            ExactSpec[] specs = new ExactSpec[L2.length];
            Arrays.fill(specs, QUASI);
            long path = new PathRun(NETWORK)
                    .run(data, members(specs)).stream()
                            .mapToLong(PathRunTest::passes)
                            .sum();
            long cold = 0;
            for (double l2 : L2) {
                cold += passes(new PathRun(NETWORK)
                        .run(data, List.of(member(QUASI, l2, s -> {})))
                        .get(0));
            }
            assertThat(path).isLessThan(cold);
        }
    }

    @Test
    void stoppingEndsThePath() {
        try (TrainingData data = data()) {
            PathRun before = new PathRun(NETWORK);
            before.stop();
            assertThatThrownBy(() -> before.run(data, members(QUASI, QUASI))).isInstanceOf(CancelledException.class);
            PathRun within = new PathRun(NETWORK);
            assertThatThrownBy(() -> within.run(
                            data, List.of(member(QUASI, 0.1, step -> within.stop()), member(QUASI, 0.01, step -> {}))))
                    .isInstanceOf(CancelledException.class)
                    .hasMessageContaining("fit 1 of 2");
        }
    }

    /** Stopped before it runs: the first pass does not begin. */
    @Test
    void stoppingEndsFitsThatShareJobs() {
        PathRun path = new PathRun(NETWORK);
        path.stop();
        try (TrainingData data = data()) {
            assertThatThrownBy(() -> path.run(data, members(NEWTON, NEWTON, NEWTON)))
                    .isInstanceOf(CancelledException.class)
                    .hasMessageContaining("stopped");
        }
    }
}
