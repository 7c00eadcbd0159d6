package io.kfac.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Fits of tables whose distributions are known, and of tables as they come. */
class TableFitTest {
    private static final int ROWS = 6_000;
    private static final String DDL =
            "normal double, gamma double, weibull double, laplace double, pareto double, poisson int,"
                    + " overdispersed int, town string, yes boolean, constant double, rounded double, odd double, empty double,"
                    + " day date, below int, salary int";
    private static FitResult fit;

    private static Object[] row(int i) {
        SplittableRandom random = new SplittableRandom(i);
        double u = random.nextDouble();
        double exponential = -Math.log(random.nextDouble());
        double waiting = exponential - Math.log(random.nextDouble());
        int poisson = poisson(3, random);
        return new Object[] {
            7 + 2 * random.nextGaussian(),
            1.5 * waiting,
            4 * Math.pow(exponential, 1 / 2.5),
            10 + (random.nextBoolean() ? 1 : -1) * 3 * -Math.log(random.nextDouble()),
            2 * Math.pow(1 - u, -1 / 3.0),
            poisson,
            poisson(2 * -Math.log(random.nextDouble()) * random.nextDouble(), random),
            new String[] {"Bonn", "Essen", "Ulm", null}[(int) (u * 3.2)],
            u < 0.25,
            5.0,
            Math.rint(10 * random.nextGaussian()) / 10,
            odd(i, random),
            null,
            java.sql.Date.valueOf("2026-01-01"),
            (int) Math.rint(3 * random.nextGaussian()),
            (int) Math.rint(50_000 * Math.exp(0.4 * random.nextGaussian()))
        };
    }

    private static Object odd(int i, SplittableRandom random) {
        if (i % 50 == 2) {
            return null;
        }
        return i % 100 == 0 ? Double.NaN : i % 100 == 1 ? Double.POSITIVE_INFINITY : random.nextGaussian();
    }

    private static int poisson(double mean, SplittableRandom random) {
        int count = -1;
        for (double time = 0; time <= mean; time -= Math.log(random.nextDouble())) {
            count++;
        }
        return count;
    }

    @BeforeAll
    static void fit() {
        fit = TableFit.run(Spark.table(DDL, ROWS, 3, TableFitTest::row), FitOptions.defaults());
    }

    private static ColumnFit column(String name) {
        return fit.columns().stream()
                .filter(column -> column.column().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The true value lies within four standard errors, and the true family wins. */
    private static void isFoundAgain(String column, String family, double... truth) {
        FamilyFit best = column(column).best().orElseThrow();
        assertThat(best.name()).startsWith(family);
        for (int i = 0; i < truth.length; i++) {
            assertThat(best.errors()[i]).isPositive();
            assertThat(best.parameters()[i]).isCloseTo(truth[i], within(4 * best.errors()[i]));
        }
        assertThat(column(column).fitness().get(0).distance()).isLessThan(0.025);
        for (double share : column(column).fitness().get(0).pit()) {
            assertThat(share).isBetween(0.035, 0.065);
        }
    }

    @Test
    void theFamilyIsFoundAgain() {
        isFoundAgain("normal", "normal", 7, 2);
        isFoundAgain("gamma", "gamma", 2, 1 / 1.5);
        isFoundAgain("pareto", "pareto(2", 3);
        FamilyFit counts = column("poisson").best().orElseThrow();
        assertThat(column("poisson").measure()).isEqualTo(ColumnFit.Measure.COUNTING);
        assertThat(counts.name()).isEqualTo("poisson");
        assertThat(counts.parameters()[0]).isCloseTo(3, within(4 * counts.errors()[0]));
        assertThat(column("overdispersed").best().orElseThrow().name()).matches("negative-binomial.*|geometric");
    }

    /** Shapes and locations, of the second pass. */
    @Test
    void knownParametersAreEstimatedAndCounted() {
        isFoundAgain("weibull", "weibull(2.");
        FamilyFit weibull = column("weibull").best().orElseThrow();
        double shape = Double.parseDouble(weibull.name().replaceAll(".*\\(|\\)", ""));
        // The variance of the shape's estimate is .608 shape^2 / n.
        assertThat(shape).isCloseTo(2.5, within(4 * 2.5 * Math.sqrt(0.608 / ROWS)));
        assertThat(weibull.aic()).isCloseTo(2 * 2 - 2 * weibull.logLikelihood(), within(1e-9 * weibull.aic()));
        isFoundAgain("laplace", "laplace(", 3);
        assertThat(column("laplace").best().orElseThrow().estimated()).isEqualTo(1);
    }

    @Test
    void whatCannotBeFittedIsNamed() {
        assertThat(column("constant").refused().orElseThrow()).contains("all of its values are 5.0");
        assertThat(column("rounded").refused().orElseThrow()).contains("rounded");
        assertThat(column("below").refused().orElseThrow()).contains("whole numbers, some below 0");
        assertThat(column("empty").refused().orElseThrow()).contains("no value");
        assertThat(fit.unusable()).containsOnlyKeys("day");
        assertThat(column("salary").notes())
                .anyMatch(note -> note.contains("taken for real ones: families of counts are not tried"));
        assertThat(column("salary").measure()).isEqualTo(ColumnFit.Measure.LEBESGUE);
        ColumnFit odd = column("odd");
        assertThat(odd.missing()).isEqualTo(120);
        assertThat(odd.notFinite()).isEqualTo(120);
        assertThat(odd.rows() + odd.missing() + odd.notFinite()).isEqualTo(ROWS);
        assertThat(odd.best().orElseThrow().name()).isEqualTo("normal");
    }

    @Test
    void measuresAreNeverMixed() {
        for (ColumnFit column : fit.columns()) {
            boolean counting = column.measure() == ColumnFit.Measure.COUNTING;
            assertThat(column.ranked()).allMatch(one -> one.family().support().counting() == counting);
            assertThat(column.ranked()).isSortedAccordingTo(Comparator.comparingDouble(FamilyFit::aic));
        }
        assertThat(column("normal").ranked())
                .as("a column with values below 0 has no fit on positive numbers")
                .noneMatch(one -> one.family().support().lower() == 0);
    }

    @Test
    void categoriesHaveShares() {
        ColumnFit town = column("town");
        assertThat(town.categories()).containsOnlyKeys("Bonn", "Essen", "Ulm");
        assertThat(town.rows() + town.missing()).isEqualTo(ROWS);
        assertThat(town.categories().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(town.rows());
        assertThat(column("yes").categories().get("true")).isBetween(1_400L, 1_600L);
    }

    /** Within five standard errors: of a quartile's, 1.36 of the standard deviation over the root of the rows. */
    @Test
    void quartilesAreTheDistributions() {
        ColumnFit.Quartiles normal =
                column("normal").summary().orElseThrow().quartiles().orElseThrow();
        double error = 5 * 1.36 * 2 / Math.sqrt(ROWS);
        assertThat(normal.lower()).isCloseTo(7 - 2 * 0.6745, within(error));
        assertThat(normal.median()).isCloseTo(7, within(error));
        assertThat(normal.upper()).isCloseTo(7 + 2 * 0.6745, within(error));
        assertThat(normal.sd()).isCloseTo(2, within(2 * error));
        assertThat(column("poisson").summary().orElseThrow().quartiles()).isEmpty();
    }

    /** Histograms hold what the values do. */
    @Test
    void histogramsAreCounts() {
        Histogram histogram = column("normal").histogram().orElseThrow();
        double mass = histogram.outside();
        for (int j = 0; j < histogram.density().length; j++) {
            mass += histogram.density()[j]
                    * (histogram.edges()[j + 1] - histogram.edges()[j]);
        }
        assertThat(mass).isCloseTo(1, within(1e-12));
        assertThat(histogram.outside()).isLessThan(0.03);
    }

    @Test
    void partitionsMakeNoDifference() {
        FitResult other = TableFit.run(
                Spark.table(DDL, ROWS, 1, TableFitTest::row),
                FitOptions.defaults().withOnePass());
        for (int j = 0; j < fit.columns().size(); j++) {
            Map<String, FamilyFit> mine = new TreeMap<>();
            fit.columns().get(j).ranked().forEach(one -> mine.put(one.name(), one));
            for (FamilyFit one : other.columns().get(j).ranked()) {
                FamilyFit same = mine.get(one.name());
                assertThat(same).as(one.name()).isNotNull();
                assertThat(one.aic()).isCloseTo(same.aic(), within(1e-9 * Math.abs(same.aic())));
                for (int i = 0; i < one.parameters().length; i++) {
                    assertThat(one.parameters()[i])
                            .isCloseTo(same.parameters()[i], within(1e-9 * (1 + Math.abs(same.parameters()[i]))));
                    assertThat(one.errors()[i]).isCloseTo(same.errors()[i], within(1e-8 * same.errors()[i]));
                }
            }
        }
    }

    @Test
    void keysAreFittedEachByThemselves() {
        Table table = Spark.table("shop string, x double", 3_000, 3, i -> new Object[] {
            i % 10 == 9 ? null : i % 2 == 0 ? "a" : "b", (i % 2 == 0 ? 1 : 5) + new SplittableRandom(i).nextGaussian()
        });
        FitResult byShop = TableFit.run(table, FitOptions.defaults().withKey("shop"));
        assertThat(byShop.columns()).extracting(ColumnFit::key).containsExactly("a", "b");
        double[] means = {1, 5};
        for (int k = 0; k < 2; k++) {
            FamilyFit normal = byShop.columns().get(k).ranked().stream()
                    .filter(one -> one.name().equals("normal"))
                    .findFirst()
                    .orElseThrow();
            assertThat(normal.parameters()[0]).isCloseTo(means[k], within(4 * normal.errors()[0]));
        }
        assertThat(byShop.notes()).anyMatch(note -> note.contains("300 rows have no 'shop'"));
    }

    @Test
    void badInputIsNamed() {
        Table empty = Spark.table("x double", 0, 1, i -> new Object[] {1.0});
        assertThatThrownBy(() -> TableFit.run(empty, FitOptions.defaults()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("no rows");
        Table many = Spark.table("k string, x double", 500, 2, i -> new Object[] {"k" + i, 1.0 * i});
        assertThatThrownBy(() -> TableFit.run(many, FitOptions.defaults().withKey("k")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("more than 100");
        assertThatThrownBy(() -> FitOptions.families(Map.of("x", "cauchy")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("cauchy");
    }

    @Test
    void filesSayTheSame() throws Exception {
        JsonNode json = FitFiles.json(fit);
        assertThat(json.get("rows").longValue()).isEqualTo(ROWS);
        JsonNode normal = json.get("columns").get(0);
        assertThat(normal.at("/fits/0/family").textValue()).isEqualTo("normal");
        assertThat(normal.at("/fits/0/parameters/mean/value").doubleValue())
                .isEqualTo(column("normal").best().orElseThrow().parameters()[0]);
        List<String> lines = FitFiles.csv(fit).lines().toList();
        int fields = lines.get(0).split(",", -1).length;
        assertThat(lines).allMatch(line -> line.replaceAll("\"[^\"]*\"", "").split(",", -1).length == fields);
        assertThat(lines).anyMatch(line -> line.startsWith(",constant,none,6000,0,"));
    }
}
