package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.family.Gamma;
import io.kfac.family.Poisson;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.BlockOptions;
import io.kfac.spark.data.Columns;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EncodingOptions;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.Target;
import io.kfac.spark.data.TrainingData;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** What R's glm prints, from tables in two partitions. */
class GoodnessOfFitTest {
    private static final SparkSession SPARK = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate();

    /** @param values of the target, each a row @param fields of row i with value v, in SQL */
    private static GoodnessOfFit fit(
            ExponentialFamily head, Target target, Columns columns, boolean intercept, String values, String fields) {
        String rows = "inline(transform(array(%s), (v, i) -> struct(%s)))".formatted(values, fields);
        Table table = Table.of(SPARK.range(0, 1).selectExpr(rows));
        DataOptions options = DataOptions.defaults()
                .with(target)
                .with(columns)
                .with(EncodingOptions.defaults().withStandardize(false))
                .with(BlockOptions.defaults()
                        .withPrecision(Precision.DOUBLE)
                        .withPartitions(2)
                        .withIntercept(intercept));
        try (TrainingData data = TrainingData.load(table, options)) {
            int outputs = head.classifies() ? 3 : 1;
            Network network = new Network(
                    List.of(new Layer(data.summary().features(), outputs, Activation.IDENTITY, intercept)),
                    head,
                    Precision.DOUBLE);
            TrainingRun run = new TrainingRun(
                    network, new ExactSpec.Newton(1e-14), new Penalty(0), TrainingOptions.defaults(40, 1, 0));
            TrainedModel model = new TrainedModel(
                    network,
                    run.run(data, Optional.empty(), report -> {}).result().parameters(),
                    data.encoding(),
                    new TrainedModel.Origin("newton", 1, 9, 1));
            return GoodnessOfFit.of(model, data, network.size());
        }
    }

    @Test
    void dobsonsTrial() {
        GoodnessOfFit fit = fit(
                new Poisson().logLink(),
                Target.value("y", new Poisson()),
                Columns.all(),
                true,
                "18, 17, 15, 20, 10, 20, 25, 13, 12",
                "v y, int(i % 3 = 1) o2, int(i % 3 = 2) o3, int(i div 3 = 1) t2, int(i div 3 = 2) t3");
        assertThat(fit.deviance()).isCloseTo(5.1291, within(5e-5));
        assertThat(fit.nullDeviance()).isCloseTo(10.5814, within(1e-4));
        assertThat(fit.aic()).isCloseTo(56.76, within(5e-3));
        assertThat(fit.degreesOfFreedom()).isEqualTo(4);
        assertThat(fit.dispersion()).isEqualTo(1);
    }

    @Test
    void clottingTimes() {
        GoodnessOfFit fit = fit(
                new Gamma().canonicalLink(),
                Target.value("y", new Gamma()),
                Columns.all(),
                true,
                "118, 58, 42, 35, 27, 25, 21, 19, 18",
                "v y, log(element_at(array(5, 10, 15, 20, 30, 40, 60, 80, 100), i + 1)) u");
        assertThat(fit.deviance()).isCloseTo(0.01673, within(5e-6));
        assertThat(fit.nullDeviance()).isCloseTo(3.51283, within(5e-6));
        assertThat(fit.dispersion()).isCloseTo(0.002446059, within(3e-8));
        assertThat(fit.aic()).isCloseTo(37.99, within(5e-3));
    }

    /** The null model of counts has the rate of all counts over all exposures; without an intercept, a rate of 1. */
    @Test
    void nullModelsHaveOffsets() {
        double[] y = {3, 0, 7, 2, 9, 1};
        for (boolean intercept : new boolean[] {true, false}) {
            double counts = 0;
            double exposure = 0;
            for (int i = 0; i < 6; i++) {
                counts += (1 + i % 2) * y[i];
                exposure += (1 + i % 2) * Math.exp(0.3 * i);
            }
            double rate = intercept ? counts / exposure : 1;
            double expected = 0;
            for (int i = 0; i < 6; i++) {
                expected += 2 * (1 + i % 2) * new Poisson().gap(y[i], rate * Math.exp(0.3 * i));
            }
            GoodnessOfFit fit = fit(
                    new Poisson().logLink(),
                    Target.value("y", new Poisson()),
                    Columns.all().withOffset("o").withWeight("w"),
                    intercept,
                    "3, 0, 7, 2, 9, 1",
                    "v y, 1 + i % 2 w, double(0.3 * i) o, sin(i) x");
            assertThat(fit.nullDeviance()).isCloseTo(expected, within(1e-9 * expected));
            assertThat(fit.deviance()).isLessThan(expected);
            assertThat(fit.rows()).isEqualTo(6);
            assertThat(fit.weight()).isEqualTo(9);
        }
    }

    @Test
    void classesHaveANullModelToo() {
        GoodnessOfFit fit = fit(
                new Categorical(),
                Target.label("y"),
                Columns.all(),
                true,
                "0, 1, 2, 0, 1, 2, 0, 1, 0, 1",
                "v y, cos(3 * i) x");
        double entropy = 4 * Math.log(10 / 4.0) * 2 + 2 * Math.log(10 / 2.0);
        assertThat(fit.nullDeviance()).isCloseTo(2 * entropy, within(1e-8));
        assertThat(fit.deviance()).isPositive().isLessThan(fit.nullDeviance());
        assertThat(fit.logLikelihood()).isCloseTo(-fit.deviance() / 2, within(1e-9));
    }
}
