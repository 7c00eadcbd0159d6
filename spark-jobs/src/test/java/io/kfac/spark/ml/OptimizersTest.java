package io.kfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.spark.data.BadInput;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.feature.ElementwiseProduct;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parameter optimizer. */
class OptimizersTest {
    private static final Dataset<Row> FRAME = Samples.classes(240, 0, 3, false);

    @ParameterizedTest
    @CsvSource({"newton, Newton", "newton-cg, Newton-CG", "l-bfgs, L-BFGS"})
    void exactSolversAgree(String name, String title) {
        KfacClassifier classifier = new KfacClassifier().setRegParam(0.01);
        double auto =
                classifier.fit(FRAME).summary().certificate().orElseThrow().objective();
        KfacClassificationModel model = classifier.setOptimizer(name).fit(FRAME);
        assertThat(model.origin().optimizer()).isEqualTo(title);
        assertThat(model.summary().certificate().orElseThrow().converged()).isTrue();
        assertThat(model.summary().certificate().orElseThrow().objective()).isCloseTo(auto, within(1e-8 * auto));
    }

    /** What a refusal says to do does help. */
    @Test
    void refusalsCanBeFollowed() {
        KfacClassifier classifier =
                new KfacClassifier().setOptimizer("newton-cg").setRegParam(0.01).setElasticNetParam(0.5);
        assertThatThrownBy(() -> classifier.fit(FRAME))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("Remedy: newton, l-bfgs or auto");
        assertThat(classifier.setOptimizer("l-bfgs").fit(FRAME).summary().certificate())
                .isPresent();

        KfacClassifier quasi = new KfacClassifier().setOptimizer("l-bfgs");
        assertThatThrownBy(() -> quasi.fit(FRAME).summary().coefficients())
                .hasMessageContaining("L-BFGS")
                .hasMessageContaining("Remedy: optimizer newton");
        assertThat(quasi.setOptimizer("newton").fit(FRAME).summary().coefficients())
                .isNotEmpty();

        KfacClassifier hidden = new KfacClassifier()
                .setOptimizer("newton-cg")
                .setHiddenLayers(new int[] {3})
                .setMaxIter(2);
        assertThatThrownBy(() -> hidden.fit(FRAME)).isInstanceOf(BadInput.class).hasMessageContaining("optimizer kfac");
        assertThat(hidden.setOptimizer("kfac").fit(FRAME).layers()).hasSize(3);
        KfacClassificationModel baseline =
                hidden.setOptimizer("l-bfgs").setMaxIter(20).fit(FRAME);
        assertThat(baseline.layers()).hasSize(3);
        assertThat(baseline.summary().certificate()).isEmpty();
    }

    @Test
    void partitionsMayStepByThemselves() {
        KfacClassifier classifier = new KfacClassifier()
                .setMode("local")
                .setHiddenLayers(new int[] {4})
                .setNumPartitions(3)
                .setMaxIter(40);
        KfacClassificationModel model = classifier.fit(FRAME);
        assertThat(model.origin().optimizer()).startsWith("clipped K-FAC").contains("local step");
        double alone = model.summary().objectiveHistory()[0];
        double trained = model.summary().objectiveHistory()[model.summary().objectiveHistory().length - 1];
        assertThat(trained).isLessThan(0.7 * alone);
        for (String name : List.of("kfac", "kfac-clipped")) {
            assertThat(classifier
                            .copy(new ParamMap().put(classifier.optimizer(), name))
                            .fit(FRAME)
                            .summary()
                            .objectiveHistory())
                    .containsExactly(model.summary().objectiveHistory());
        }
        assertThatThrownBy(() -> classifier
                        .copy(new ParamMap().put(classifier.optimizer(), "trust-region"))
                        .fit(FRAME))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("Cannot train in mode local by trust region")
                .hasMessageContaining("Remedy: mode synchronous");
        assertThatThrownBy(() -> classifier.setMode("remote")).isInstanceOf(IllegalArgumentException.class);
    }

    /** Steps as long as features are large, which nothing standardizes here. */
    @Test
    void partitionsThatWentAstrayAreAFinding() {
        KfacClassifier classifier = new KfacClassifier()
                .setMode("local")
                .setHiddenLayers(new int[] {4})
                .setNumPartitions(3)
                .setMaxIter(20)
                .setOptimizer("sgd");
        assertThat(astray(classifier.fit(FRAME))).isEmpty();
        classifier.setStandardization(false).setHiddenLayers(new int[] {50});
        assertThat(astray(classifier.fit(scaled(10))))
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("turns of workers", "Remedy: "));
    }

    private static List<Finding> astray(KfacClassificationModel model) {
        return model.summary().findings().stream()
                .filter(finding -> finding.kind() == Finding.Kind.WORKERS_ASTRAY)
                .toList();
    }

    private static Dataset<Row> scaled(double factor) {
        int width = FRAME.select("features").first().<Vector>getAs(0).size();
        double[] factors = new double[width];
        Arrays.fill(factors, factor);
        return new ElementwiseProduct()
                .setScalingVec(Vectors.dense(factors))
                .setInputCol("features")
                .setOutputCol("large")
                .transform(FRAME)
                .drop("features")
                .withColumnRenamed("large", "features");
    }

    @Test
    void dampingIsUsedOrRefused() {
        KfacClassifier classifier =
                new KfacClassifier().setHiddenLayers(new int[] {4}).setSeed(1).setMaxIter(2);
        for (String name : List.of("kfac", "kfac-clipped", "adam", "trust-region")) {
            classifier.setOptimizer(name);
            double[] own = classifier.fit(FRAME).summary().objectiveHistory();
            double[] damped = classifier
                    .copy(new ParamMap().put(classifier.damping().w(10)))
                    .fit(FRAME)
                    .summary()
                    .objectiveHistory();
            assertThat(damped[damped.length - 1]).as(name).isNotEqualTo(own[own.length - 1]);
        }
        KfacClassifier damped = new KfacClassifier().setDamping(10);
        for (String name : List.of("auto", "newton", "l-bfgs", "sgd")) {
            assertThatThrownBy(() -> damped.setOptimizer(name).fit(FRAME))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("Cannot use damping = 10.0 with optimizer " + name)
                    .hasMessageContaining("Remedy: no damping, or optimizer kfac");
        }
    }

    @Test
    void namesAreExplained() {
        KfacClassifier classifier = new KfacClassifier();
        assertThat(classifier.explainParam(classifier.optimizer())).contains("auto, newton, newton-cg, l-bfgs, kfac");
        assertThatThrownBy(() -> new KfacRegressor().setOptimizer("irls")).isInstanceOf(IllegalArgumentException.class);
    }
}
