package io.kfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.spark.data.BadInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.GeneralizedLinearRegression;
import org.apache.spark.ml.regression.GeneralizedLinearRegressionTrainingSummary;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferenceTest {
    private static final double CLOSE = 1e-6;

    /** Columns of the raw scale: three features that vary, then ones. The constant one has no standard error. */
    private static final int COLUMNS = 4;

    private static double[][] design(List<Row> rows) {
        return rows.stream()
                .map(row -> {
                    double[] x = row.<Vector>getAs("features").toArray().clone();
                    x[Samples.CONSTANT] = 1;
                    return x;
                })
                .toArray(double[][]::new);
    }

    private static double[] probabilities(KfacClassificationModel model, Row row) {
        return model.predictProbability(row.<Vector>getAs("features")).toArray();
    }

    /** Of the classes but the last, which is the reference: (k-1) d x (k-1) d, summed over rows. */
    private static RealMatrix hessian(KfacClassificationModel model, List<Row> rows, boolean weighted, boolean meat) {
        int k = model.numClasses();
        int from = k == 2 ? 1 : 0;
        double[][] x = design(rows);
        RealMatrix hessian = new Array2DRowRealMatrix((k - 1) * COLUMNS, (k - 1) * COLUMNS);
        for (int i = 0; i < x.length; i++) {
            double[] p = probabilities(model, rows.get(i));
            int label = (int) rows.get(i).<Double>getAs("label").doubleValue();
            double w = weighted ? rows.get(i).<Double>getAs("weight") : 1;
            for (int a = 0; a < k - 1; a++) {
                for (int b = 0; b < k - 1; b++) {
                    double ra = p[a + from] - (label == a + from ? 1 : 0);
                    double rb = p[b + from] - (label == b + from ? 1 : 0);
                    double h = w * (meat ? ra * rb : p[a + from] * ((a == b ? 1 : 0) - p[b + from]));
                    for (int s = 0; s < COLUMNS; s++) {
                        for (int t = 0; t < COLUMNS; t++) {
                            hessian.addToEntry(a * COLUMNS + s, b * COLUMNS + t, h * x[i][s] * x[i][t]);
                        }
                    }
                }
            }
        }
        return hessian;
    }

    private static RealMatrix inverse(RealMatrix matrix) {
        return new LUDecomposition(matrix).getSolver().getInverse();
    }

    /** Of contrasts with the last class, from the covariance of what the table lists; for two classes of the table itself. */
    private static RealMatrix contrasts(Matrix covariance, int classes) {
        int sets = classes == 2 ? 1 : classes;
        int free = classes == 2 ? 1 : classes - 1;
        int d = COLUMNS + 1;
        RealMatrix pick = new Array2DRowRealMatrix(free * COLUMNS, sets * d);
        for (int a = 0; a < free; a++) {
            for (int j = 0; j < COLUMNS; j++) {
                int column = j == Samples.CONSTANT ? d - 1 : j;
                pick.setEntry(a * COLUMNS + j, a * d + column, 1);
                if (sets > 1) {
                    pick.setEntry(a * COLUMNS + j, (sets - 1) * d + column, -1);
                }
            }
        }
        RealMatrix known = new Array2DRowRealMatrix(sets * d, sets * d);
        for (int i = 0; i < sets * d; i++) {
            for (int j = 0; j < sets * d; j++) {
                boolean constant = i % d == Samples.CONSTANT || j % d == Samples.CONSTANT;
                assertThat(Double.isNaN(covariance.apply(i, j))).isEqualTo(constant);
                known.setEntry(i, j, constant ? 0 : covariance.apply(i, j));
            }
        }
        return pick.multiply(known).multiply(pick.transpose());
    }

    private static void assertClose(RealMatrix actual, RealMatrix expected) {
        for (int i = 0; i < expected.getRowDimension(); i++) {
            for (int j = 0; j < expected.getColumnDimension(); j++) {
                double scale = Math.sqrt(expected.getEntry(i, i) * expected.getEntry(j, j));
                assertThat(actual.getEntry(i, j)).isCloseTo(expected.getEntry(i, j), within(CLOSE * scale));
            }
        }
    }

    @ParameterizedTest(name = "{0} classes, sparse {1}, weights {2}, robust {3}")
    @CsvSource({"2, false, true, false", "2, true, false, true", "3, false, false, false", "3, true, true, true"})
    void covarianceIsThatOfTheDenseHessian(int classes, boolean sparse, boolean weighted, boolean robust) {
        Dataset<Row> frame = Samples.classes(240, 0, classes, sparse);
        KfacClassifier classifier = new KfacClassifier().setTol(1e-14).setRobust(robust);
        KfacClassificationModel model = (weighted ? classifier.setWeightCol("weight") : classifier).fit(frame);
        List<Row> rows = frame.collectAsList();
        RealMatrix expected = inverse(hessian(model, rows, weighted, false));
        if (robust) {
            expected = expected.multiply(hessian(model, rows, weighted, true)).multiply(expected);
        }
        assertClose(contrasts(model.summary().coefficientCovariance(), classes), expected);

        List<Coefficient> table = model.summary().coefficients();
        assertThat(table).hasSize((classes == 2 ? 1 : classes) * (COLUMNS + 1));
        for (int i = 0; i < table.size(); i++) {
            Coefficient row = table.get(i);
            int set = i / (COLUMNS + 1);
            int j = i % (COLUMNS + 1);
            assertThat(row.label()).isEqualTo(classes == 2 ? 1 : set);
            double estimate = j == COLUMNS
                    ? model.interceptVector().apply(set)
                    : model.coefficientMatrix().apply(set, j);
            assertThat(row.feature()).isEqualTo(j == COLUMNS ? "(Intercept)" : "features[%d]".formatted(j));
            assertThat(row.estimate()).isCloseTo(estimate, within(1e-9 * (1 + Math.abs(estimate))));
            double variance = model.summary().coefficientCovariance().apply(i, i);
            assertThat(row.standardError()).isEqualTo(Double.valueOf(Math.sqrt(variance)));
        }
    }

    @ParameterizedTest
    @CsvSource({"gaussian, identity", "poisson, log", "gamma, inverse", "gamma, log", "binomial, logit"})
    void tablesAgreeWithMllib(String family, String link) {
        Dataset<Row> frame = Samples.counts(300, family.equals("poisson") || family.equals("gaussian"));
        if (family.equals("binomial")) {
            frame = frame.withColumn("label", functions.expr("label / (label + 1)"));
        }
        if (family.equals("poisson")) {
            // Its log-likelihood rounds counts.
            frame = frame.withColumn("label", functions.expr("floor(label)"));
        }
        GeneralizedLinearRegressionTrainingSummary expected = new GeneralizedLinearRegression()
                .setFamily(family)
                .setLink(link)
                .setTol(1e-13)
                .setMaxIter(60)
                .fit(frame)
                .summary();
        KfacRegressionTrainingSummary actual = new KfacRegressor()
                .setFamily(family)
                .setLink(link)
                .setTol(1e-14)
                .fit(frame)
                .summary();
        List<Coefficient> table = actual.coefficients();
        for (int i = 0; i < 3; i++) {
            double error = expected.coefficientStandardErrors()[i];
            assertThat(table.get(i).standardError()).isCloseTo(error, within(1e-5 * error));
            double t = expected.tValues()[i];
            assertThat(table.get(i).statistic()).isCloseTo(t, within(1e-4 * Math.max(1, Math.abs(t))));
            assertThat(table.get(i).pValue()).isCloseTo(expected.pValues()[i], within(1e-5));
        }
        assertThat(actual.dispersion()).isCloseTo(expected.dispersion(), within(1e-5 * expected.dispersion()));
        assertThat(actual.deviance()).isCloseTo(expected.deviance(), within(1e-6 * expected.deviance()));
        assertThat(actual.nullDeviance()).isCloseTo(expected.nullDeviance(), within(1e-6 * expected.nullDeviance()));
        assertThat(actual.degreesOfFreedom()).isEqualTo(expected.degreesOfFreedom());
        if (!family.equals("binomial")) {
            assertThat(actual.aic()).isCloseTo(expected.aic(), within(1e-5 * Math.abs(expected.aic())));
        }
    }

    @Test
    void intervalsAreWalds() {
        Coefficient normal = new Coefficient(1, "x", 2, 0.5, Double.POSITIVE_INFINITY);
        assertThat(normal.statistic()).isEqualTo(4);
        assertThat(normal.pValue()).isCloseTo(6.334248366623996e-5, within(1e-15));
        assertThat(normal.confidenceInterval(0.95).lower()).isCloseTo(2 - 0.5 * 1.959963984540054, within(1e-9));
        Coefficient t = new Coefficient(0, "x", 2, 0.5, 10);
        assertThat(t.confidenceInterval(0.95).upper()).isCloseTo(2 + 0.5 * 2.2281388519649385, within(1e-6));
        assertThatThrownBy(() -> t.confidenceInterval(95)).hasMessageContaining("0.95");
    }

    @Test
    void noStandardErrorsWithAReason() {
        Dataset<Row> frame = Samples.classes(120, 0, 2, false);
        assertThatThrownBy(() -> new KfacClassifier()
                        .setRegParam(0.25)
                        .fit(frame)
                        .summary()
                        .coefficients())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("regParam is 0.25")
                .hasMessageContaining("Remedy");
        KfacClassificationModel hidden = new KfacClassifier()
                .setHiddenLayers(new int[] {3})
                .setMaxIter(3)
                .fit(frame);
        assertThatThrownBy(() -> hidden.summary().coefficientCovariance()).hasMessageContaining("hidden layers");
        KfacClassificationModel adam =
                new KfacClassifier().setOptimizer("adam").setMaxIter(2).fit(frame);
        assertThatThrownBy(() -> adam.summary().coefficients()).hasMessageContaining("without its Hessian");
        assertThat(adam.summary().nullDeviance()).isCloseTo(240 * Math.log(2), within(1e-9));
    }

    /** Noise, an indicator of every tenth row, and either a combination of the first two or more noise. */
    private static Dataset<Row> planted(boolean separated, boolean collinear) {
        List<Row> noise = Samples.classes(400, 0, 2, false).orderBy("id").collectAsList();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < noise.size(); i++) {
            double[] x = noise.get(i).<Vector>getAs("features").toArray().clone();
            boolean rare = i % 10 < 2;
            x[2] = rare ? 1 : 0;
            x[3] = collinear ? 2 - 3 * x[0] + 0.25 * x[1] : x[0] * x[1];
            double label = separated && rare ? 0 : noise.get(i).<Double>getAs("label");
            rows.add(RowFactory.create((long) i, label, 1.0, Vectors.dense(x)));
        }
        return Samples.frame(rows);
    }

    private static List<Finding> findings(Dataset<Row> frame) {
        return new KfacClassifier()
                .fit(frame).summary().findings().stream()
                        .filter(finding -> finding.kind() != Finding.Kind.NO_NATIVE_BLAS)
                        .toList();
    }

    @Test
    void separationAndCollinearityAreToldApart() {
        assertThat(findings(planted(false, false))).isEmpty();

        assertThat(findings(planted(false, true))).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Finding.Kind.COLLINEAR);
            assertThat(finding.features()).containsExactly("features[3]");
            assertThat(finding.message()).contains("features[3] = 2 - 3 features[0] + 0.25 features[1]");
        });

        List<Finding> separated = findings(planted(true, false));
        assertThat(separated).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Finding.Kind.SEPARATION_QUASI);
            assertThat(finding.features()).containsExactly("features[2]");
            assertThat(finding.message()).contains("80 of 400 rows").contains("features[2] falls");
        });

        List<Finding> both = findings(planted(true, true));
        assertThat(both)
                .extracting(Finding::kind)
                .containsExactly(Finding.Kind.COLLINEAR, Finding.Kind.SEPARATION_QUASI);
        assertThat(both.get(1).features()).containsExactly("features[2]");
        assertThat(both.get(1).message())
                .contains("not for the collinear features")
                .isNotEqualTo(separated.get(0).message());
    }

    @Test
    void standardErrorsSayWhatTheDataLeaveOpen() {
        List<Coefficient> table =
                new KfacClassifier().fit(planted(true, true)).summary().coefficients();
        assertThat(table.get(2).standardError()).isInfinite();
        assertThat(table.get(2).pValue()).isEqualTo(1);
        for (int collinear : new int[] {0, 1, 3, 4}) {
            assertThat(table.get(collinear).standardError()).isNaN();
        }
        List<Coefficient> separated =
                new KfacClassifier().fit(planted(true, false)).summary().coefficients();
        for (int finite : new int[] {0, 1, 3, 4}) {
            assertThat(separated.get(finite).standardError()).isPositive().isFinite();
        }
    }

    /** The features of no row of class 1, in several classes, and completely separated ones. */
    @Test
    void classesAreNamedWithWhatTheyNeverMeet() {
        Dataset<Row> three = Samples.classes(600, 0, 3, false)
                .withColumn("rare", functions.expr("CAST(id % 7 = 0 AND label <> 1 AS DOUBLE)"));
        Dataset<Row> frame = new org.apache.spark.ml.feature.VectorAssembler()
                .setInputCols(new String[] {"features", "rare"})
                .setOutputCol("all")
                .transform(three);
        KfacClassificationModel model =
                new KfacClassifier().setFeaturesCol("all").fit(frame);
        assertThat(model.summary().findings())
                .filteredOn(finding -> finding.kind() == Finding.Kind.SEPARATION_QUASI)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.features()).containsExactly("rare");
                    assertThat(finding.message()).contains("rare of class 1 falls");
                });

        Dataset<Row> noise = Samples.classes(200, 0, 2, false);
        Dataset<Row> split = noise.withColumn(
                "label",
                org.apache
                        .spark
                        .ml
                        .functions
                        .vector_to_array(noise.col("features"), "float64")
                        .getItem(0)
                        .gt(0.4)
                        .cast("double"));
        assertThat(findings(split))
                .anySatisfy(finding -> assertThat(finding.kind()).isEqualTo(Finding.Kind.SEPARATION_COMPLETE));
    }

    @Test
    void countsOfZeroSeparate() {
        Dataset<Row> frame = planted(true, false).withColumn("label", functions.expr("IF(id % 10 < 2, 0, 1 + id % 3)"));
        KfacRegressionModel model = new KfacRegressor().setFamily("poisson").fit(frame);
        assertThat(model.summary().findings())
                .filteredOn(finding -> finding.kind() == Finding.Kind.SEPARATION_QUASI)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.features()).containsExactly("features[2]");
                    assertThat(finding.message())
                            .contains("Zeros are quasi-completely separated")
                            .contains("features[2] falls");
                });
        assertThat(model.summary().coefficients().get(2).standardError()).isInfinite();
    }

    /** Of a path, the fit without a penalty is one like any other. */
    @Test
    void aPathsFitWithoutAPenaltyHasInference() {
        Dataset<Row> frame = planted(true, true);
        KfacClassifier classifier = new KfacClassifier().setTol(1e-12);
        List<KfacClassificationModel> path = classifier.fitPath(frame, 0.1, 0);
        KfacClassificationTrainingSummary alone = classifier.fit(frame).summary();
        KfacClassificationTrainingSummary last = path.get(1).summary();
        assertThat(last.findings())
                .extracting(Finding::message)
                .containsAll(alone.findings().stream().map(Finding::message).toList());
        assertThat(last.coefficients().get(2).standardError()).isInfinite();
        assertThat(last.coefficients().get(0).standardError()).isNaN();
        assertThatThrownBy(() -> path.get(0).summary().coefficients()).hasMessageContaining("regParam is 0.1");
    }

    /** The least norm of standardised coefficients: what ever smaller penalties tend to. */
    @Test
    void collinearCoefficientsAreTheShortest() {
        Dataset<Row> frame = planted(false, true);
        double[] none = new KfacRegressor()
                .setFamily("gaussian")
                .fit(frame)
                .coefficients()
                .toArray();
        double[] tiny = new KfacRegressor()
                .setFamily("gaussian")
                .setRegParam(1e-9)
                .setTol(1e-15)
                .fit(frame)
                .coefficients()
                .toArray();
        assertThat(none).containsExactly(tiny, within(1e-6));
        KfacClassificationModel classes = new KfacClassifier().setTol(1e-14).fit(frame);
        KfacClassificationModel nearly =
                new KfacClassifier().setTol(1e-14).setRegParam(1e-9).fit(frame);
        assertThat(classes.coefficients().toArray())
                .containsExactly(nearly.coefficients().toArray(), within(1e-5));
    }

    /** More features than rows: L-BFGS, without a Hessian. */
    @Test
    void whatIsNotExaminedIsSaid() {
        List<Row> rows = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < 120; i++) {
            int[] columns = random.ints(30, 0, 2_500).distinct().sorted().toArray();
            double[] values = new double[columns.length];
            Arrays.fill(values, 1);
            rows.add(RowFactory.create((long) i, (double) (i % 2), 1.0, Vectors.sparse(2_500, columns, values)));
        }
        KfacClassificationTrainingSummary summary =
                new KfacClassifier().fit(Samples.frame(rows)).summary();
        assertThat(summary.findings())
                .filteredOn(finding -> finding.kind() == Finding.Kind.NOT_EXAMINED)
                .singleElement()
                .satisfies(finding ->
                        assertThat(finding.message()).contains("2,500").contains("Remedy"));
        assertThat(summary.findings()).extracting(Finding::kind).contains(Finding.Kind.SEPARATION_COMPLETE);
        assertThatThrownBy(summary::coefficients).hasMessageContaining("L-BFGS, without its Hessian");
        KfacClassificationModel adam =
                new KfacClassifier().setOptimizer("adam").setMaxIter(2).fit(Samples.classes(120, 0, 2, false));
        assertThat(adam.summary().findings()).extracting(Finding::kind).contains(Finding.Kind.NOT_EXAMINED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void partitionsMakeNoDifference(int partitions) {
        Dataset<Row> frame = Samples.classes(240, 0, 3, true);
        List<Coefficient> one = new KfacClassifier().fit(frame).summary().coefficients();
        // Empty ones among them.
        Dataset<Row> spread =
                frame.repartition(partitions).union(frame.where("false")).union(frame.where("false"));
        List<Coefficient> other = new KfacClassifier()
                .setNumPartitions(partitions)
                .fit(spread)
                .summary()
                .coefficients();
        IntStream.range(0, one.size()).filter(i -> i % 5 != Samples.CONSTANT).forEach(i -> {
            double error = one.get(i).standardError();
            assertThat(other.get(i).standardError()).isCloseTo(error, within(CLOSE * error));
        });
    }

    @Test
    void valuesThatAreNotFiniteAreNamedByRowAndColumn() {
        List<Row> rows = new ArrayList<>(Samples.classes(40, 0, 2, false).collectAsList());
        double[] x = rows.get(7).<Vector>getAs("features").toArray().clone();
        x[1] = Double.NaN;
        rows.set(7, RowFactory.create(99L, 1.0, 1.0, Vectors.dense(x)));
        assertThatThrownBy(() -> new KfacClassifier().fit(Samples.frame(rows)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("NaN")
                .hasMessageContaining("features[1]")
                .hasMessageContaining("row");
    }
}
