package io.kfac.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.family.HalfPlane;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.Table;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Comparisons of tables of which is known what has changed. */
class TableDriftTest {
    private static final String DDL = "same double, moved double, wide double, waiting double, stars int, town string,"
            + " holes double, stuck double, flat double, gone double, day date";
    private static DriftResult result;

    /** @param later whether it is of the later table */
    private static Object[] row(int i, boolean later) {
        SplittableRandom random = new SplittableRandom(2L * i + (later ? 1 : 0));
        double u = random.nextDouble();
        return new Object[] {
            random.nextGaussian(),
            1e6 + random.nextGaussian() + (later ? 0.5 : 0),
            random.nextGaussian() * (later ? 1.5 : 1),
            -Math.log(random.nextDouble()) - Math.log(random.nextDouble()),
            1 + (int) (5 * Math.pow(random.nextDouble(), later ? 1.6 : 1)),
            later && u < 0.1 ? "Ulm" : !later && u < 0.1 ? "Hof" : u < 0.6 ? "Bonn" : "Essen",
            random.nextDouble() < (later ? 0.3 : 0.1) ? null : (Double) random.nextGaussian(),
            later ? 3.0 : 3 + random.nextGaussian(),
            1.0,
            later ? null : (Double) 2.5 * i,
            java.sql.Date.valueOf("2026-01-01")
        };
    }

    private static Table table(int rows, int partitions, boolean later) {
        return Spark.table(DDL, rows, partitions, i -> row(i, later));
    }

    @BeforeAll
    static void compare() {
        result = TableDrift.run(table(4_000, 3, false), table(2_500, 2, true), DriftOptions.defaults());
    }

    private static DriftResult.Judged judged(String name) {
        return result.columns().stream()
                .filter(one -> one.drift().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatMovedAlarmsAndNothingElse() {
        List<String> alarms = result.columns().stream()
                .filter(DriftResult.Judged::alarm)
                .map(one -> one.drift().name())
                .toList();
        assertThat(alarms)
                .contains("moved", "wide", "stars", "town", "holes: missing values", "stuck", "gone: missing values")
                .doesNotContain("same", "waiting", "holes", "flat");
        assertThat(result.alarms()).isEqualTo(alarms.size());
    }

    @Test
    void movementsAreThoseThatWereMade() {
        ColumnDrift moved = judged("moved").drift();
        assertThat(moved.family()).isEqualTo("normal");
        double truth = HalfPlane.NORMAL.distance(0, 1, 0.5, 1);
        assertThat(moved.distance().orElseThrow()).isCloseTo(truth, within(0.12));
        assertThat(moved.angle()).isLessThan(moved.distance().orElseThrow());
        assertThat(moved.interval().lower()).isBetween(0.3, truth);
        assertThat(moved.interval().upper()).isBetween(truth, 0.7);
        assertThat(moved.forwardKl()).isCloseTo(0.125, within(0.05));
        assertThat(moved.reference()[0]).isCloseTo(1e6, within(0.1));
        assertThat(moved.current()[0] - moved.reference()[0]).isCloseTo(0.5, within(0.12));
        assertThat(judged("waiting").drift().family()).isEqualTo("gamma");
        assertThat(judged("waiting").drift().distance()).as("no closed form").isEmpty();
    }

    @Test
    void oddColumnsAreNamed() {
        assertThat(judged("town").drift().notes())
                .anyMatch(note -> note.startsWith("only in the reference table: Hof"))
                .anyMatch(note -> note.startsWith("only in the current table: Ulm"));
        assertThat(judged("town").drift().forwardKl()).isInfinite();
        assertThat(judged("town").drift().angle()).isBetween(0.5, Math.PI);
        assertThat(judged("stuck").drift().notes()).contains("constant in the current table");
        assertThat(judged("stuck").drift().angle()).isEqualTo(Math.PI);
        assertThat(judged("stars").drift().labels()).containsExactly("1", "2", "3", "4", "5");
        assertThat(result.refused())
                .containsEntry("flat", "all of its values are '1' in both tables")
                .containsEntry("gone", "it has no value in the current table")
                .containsKey("day");
    }

    /** Columns that are lost must not look as if nothing had happened. */
    @Test
    void valuesThatAreNoNumbersAreMissing() {
        Table before = Spark.table("x double", 2_000, 2, i -> new Object[] {new SplittableRandom(i).nextGaussian()});
        Table after = Spark.table("x double", 2_000, 2, i -> new Object[] {Double.NaN});
        DriftResult lost = TableDrift.run(before, after, DriftOptions.defaults());
        assertThat(lost.columns()).singleElement().satisfies(one -> {
            assertThat(one.drift().name()).isEqualTo("x: missing values");
            assertThat(one.alarm()).isTrue();
        });
        assertThat(lost.refused().get("x"))
                .contains("no value in the current table", "2,000 of the current table are NaN");
    }

    /** Names are too many to compare, however the rows are cut up; whether there is one is compared all the same. */
    @Test
    void manyCategoriesAreRefusedInAnyPartitioning() {
        for (int partitions : new int[] {1, 4}) {
            Table[] tables = new Table[2];
            for (int side = 0; side < 2; side++) {
                int holes = side == 0 ? 100 : 2;
                tables[side] = Spark.table(
                        "name string", 1_500, partitions, i -> new Object[] {i % holes == 0 ? null : "n" + i});
            }
            DriftResult names = TableDrift.run(tables[0], tables[1], DriftOptions.defaults());
            assertThat(names.refused().get("name")).contains("more than 1,000 categories");
            assertThat(names.columns()).singleElement().satisfies(one -> assertThat(one.alarm())
                    .isTrue());
        }
    }

    @Test
    void aTableDoesNotDriftFromItself() {
        Table table = table(3_000, 2, false);
        DriftResult same = TableDrift.run(table, table, DriftOptions.defaults().withThreshold(0));
        assertThat(same.alarms()).isZero();
        assertThat(same.columns()).allSatisfy(one -> {
            assertThat(one.drift().angle()).isLessThan(1e-7);
            assertThat(one.drift().pValue()).isEqualTo(1);
        });
    }

    @Test
    void theSameRunIsTheSameToTheLastBit() {
        DriftResult again = TableDrift.run(table(4_000, 3, false), table(2_500, 2, true), DriftOptions.defaults());
        assertThat(DriftFiles.json(again)).isEqualTo(DriftFiles.json(result));
    }

    /** A hundred rows of each customer are all alike: as single rows they would alarm. */
    @Test
    void rowsOfAUnitAreDrawnTogether() {
        int alarms = 0;
        int asRows = 0;
        for (int trial = 0; trial < 6; trial++) {
            Table[] tables = new Table[2];
            for (int side = 0; side < 2; side++) {
                long seed = 2L * trial + side;
                tables[side] = Spark.table("customer string, x double", 3_000, 2, i -> new Object[] {
                    seed + "-" + i / 100,
                    new SplittableRandom(1_000 * seed + i / 100).nextGaussian()
                            + 0.1 * new SplittableRandom(i).nextDouble()
                });
            }
            DriftOptions options = DriftOptions.defaults().withThreshold(0);
            asRows += TableDrift.run(tables[0], tables[1], options.withColumns(List.of("x")))
                                    .alarms()
                            > 0
                    ? 1
                    : 0;
            alarms += TableDrift.run(tables[0], tables[1], options.withUnit("customer"))
                                    .alarms()
                            > 0
                    ? 1
                    : 0;
        }
        assertThat(asRows).isGreaterThan(3);
        assertThat(alarms).isLessThan(3);
    }

    @Test
    void aFarLargerTableIsThinned() {
        Table large = Spark.table("x double", 20_000, 2, i -> new Object[] {new SplittableRandom(i).nextGaussian()});
        Table small =
                Spark.table("x double", 100, 1, i -> new Object[] {1 + new SplittableRandom(-i - 1).nextGaussian()});
        DriftResult found = TableDrift.run(large, small, DriftOptions.defaults());
        assertThat(found.referenceRows()).isEqualTo(20_000);
        assertThat(found.notes()).hasSize(1).allMatch(note -> note.contains("12.5%"));
        assertThat(found.columns().get(0).drift().referenceRows()).isBetween(2_300.0, 2_700.0);
        assertThat(found.alarms()).isEqualTo(1);
    }

    @Test
    void badInputIsNamed() {
        Table some = Spark.table("x double", 10, 1, i -> new Object[] {1.0 * i});
        Table empty = Spark.table("x double", 0, 1, i -> new Object[] {1.0});
        Table other = Spark.table("y double", 10, 1, i -> new Object[] {1.0 * i});
        assertThatThrownBy(() -> TableDrift.run(some, empty, DriftOptions.defaults()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("the current one has no rows");
        assertThatThrownBy(() -> TableDrift.run(some, other, DriftOptions.defaults()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("no column in common");
        Table text = Spark.table("x string", 10, 1, i -> new Object[] {"a" + i % 2});
        Table mixed = Spark.table("x double, z double", 10, 1, i -> new Object[] {1.0 * i, 2.0});
        Table both = Spark.table("x string, z double", 10, 1, i -> new Object[] {"a" + i % 2, 2.0});
        assertThatThrownBy(() -> TableDrift.run(some, text, DriftOptions.defaults()))
                .isInstanceOf(BadInput.class);
        assertThat(TableDrift.run(mixed, both, DriftOptions.defaults())
                        .refused()
                        .get("x"))
                .contains("numbers here, and others in the current table");
    }

    @Test
    void adjustedValuesAreThoseOfTheTextbook() {
        double[] p = {0.01, 0.04, 0.03, 0.005};
        assertThat(Adjustment.HOLM.adjust(p)).containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-15));
        assertThat(Adjustment.BH.adjust(p)).containsExactly(new double[] {0.02, 0.04, 0.04, 0.02}, within(1e-15));
        assertThat(DriftOptions.defaults().permutations(20)).isEqualTo(999);
        assertThat(DriftOptions.defaults().permutations(100)).isEqualTo(4_999);
    }

    @Test
    void filesSayTheSame() {
        assertThat(DriftFiles.json(result).get("drift").booleanValue()).isTrue();
        List<String> lines = DriftFiles.csv(result).lines().toList();
        assertThat(lines).hasSize(1 + result.columns().size() + result.refused().size());
        int fields = lines.get(0).split(",", -1).length;
        assertThat(lines).allMatch(line -> line.replaceAll("\"[^\"]*\"", "").split(",", -1).length == fields);
    }
}
