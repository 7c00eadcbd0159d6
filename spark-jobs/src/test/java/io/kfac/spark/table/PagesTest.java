package io.kfac.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.spark.data.Table;
import io.kfac.spark.report.BarChart;
import io.kfac.spark.report.Browser;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both pages in a browser: every chart drawn, nothing said on the console, names escaped, nothing fetched. */
class PagesTest {
    private static final String EVIL = "</script><img src=x onerror=alert(1)>";

    @TempDir
    Path scratch;

    private static Table table(int rows, double shift) {
        return Spark.table(
                "x double, waiting double, stars int, town string, `%s` double".formatted(EVIL), rows, 2, i -> {
                    SplittableRandom random = new SplittableRandom(i + (long) (1e6 * shift));
                    return new Object[] {
                        shift + random.nextGaussian(),
                        -Math.log(random.nextDouble()) - Math.log(random.nextDouble()),
                        random.nextInt(5),
                        new String[] {"Bonn", "Ulm", EVIL}[Math.min(2, (int) (random.nextDouble() * 2.5 + shift))],
                        random.nextGaussian()
                    };
                });
    }

    private static String verdict(String html) {
        int start = html.indexOf('>', html.indexOf("id=\"verdict\"")) + 1;
        return html.substring(start, html.indexOf('<', start));
    }

    private Browser.Page isWhole(String html, int charts) throws Exception {
        assertThat(html.contains(EVIL)).isFalse();
        assertThat(html.contains("&lt;/script&gt;")).isTrue();
        Browser.Page page = Browser.find(scratch).open(html, "");
        assertThat(page.console()).isEmpty();
        String root = page.document().substring(0, page.document().indexOf("<head>"));
        assertThat(root)
                .contains("data-complete", "data-drawn=\"%d\"".formatted(charts), "data-requests=\"0\"")
                .doesNotContain("data-error");
        assertThat(Pattern.compile("<svg").matcher(page.document()).results().count())
                .isEqualTo(charts);
        assertThat(page.document().contains("<img src=x")).isFalse();
        assertThat(page.document().contains("data-series=\"0\"")).isFalse();
        return page;
    }

    @Test
    void aFitIsDrawn() throws Exception {
        FitResult fit = TableFit.run(table(3_000, 0), FitOptions.defaults());
        String html = FitPage.render(fit);
        assertThat(verdict(html)).startsWith("Of 5 columns of 3,000 rows, the best fits are");
        // The half-plane, a histogram and a check of four columns of numbers.
        isWhole(html, 9);
    }

    @Test
    void keysAreDrawnInTheHalfPlane() throws Exception {
        FitResult fit = TableFit.run(
                table(3_000, 0), FitOptions.defaults().withKey("town").withOnePass());
        // A plane of each of four columns; of each column and key a histogram, and of counts and small keys a check.
        String html = FitPage.render(fit);
        int charts = (int) Pattern.compile("<figure ").matcher(html).results().count();
        assertThat(Pattern.compile("data-chart=\"plane").matcher(html).results().count())
                .isEqualTo(4);
        isWhole(html, charts);
    }

    @Test
    void aComparisonIsDrawn() throws Exception {
        DriftResult drift = TableDrift.run(table(3_000, 0), table(2_000, 0.4), DriftOptions.defaults());
        String html = DriftPage.render(drift);
        assertThat(verdict(html))
                .startsWith("Drift: 3 of 6 comparisons alarm: ")
                .contains("x", "town", "together");
        assertThat(Pattern.compile("class=\"best\"").matcher(html).results().count())
                .as("the table agrees with the sentence")
                .isEqualTo(3);
        // The plane, values of three columns of numbers, shares and spheres of stars and town.
        Browser.Page page = isWhole(html, 8);
        assertThat(Pattern.compile("id=\"figure-density\\d\"[^>]* data-series=\"4\"")
                        .matcher(page.document())
                        .results()
                        .count())
                .as("bars and densities of both tables")
                .isEqualTo(3);
        assertThat(Pattern.compile(">0%</text>")
                        .matcher(page.document())
                        .results()
                        .count())
                .as("bars begin at 0")
                .isEqualTo(2);
    }

    /** Names by how frequent they are, the ones that moved least as one; all bars of a table are one. */
    @Test
    void manyCategoriesAreBars() {
        Table[] tables = new Table[2];
        for (int side = 0; side < 2; side++) {
            int shift = side;
            tables[side] = Spark.table("town string", 6_000, 2, i -> {
                int k = (int) (20 * Math.pow(new SplittableRandom(2L * i + shift).nextDouble(), shift + 1));
                return new Object[] {"t" + k};
            });
        }
        DriftResult drift = TableDrift.run(tables[0], tables[1], DriftOptions.defaults());
        BarChart bars = (BarChart) DriftShapes.shares(drift).get(0);
        assertThat(bars.categories()).hasSize(12).startsWith("t0").endsWith("9 others");
        for (BarChart.Part part : bars.parts()) {
            assertThat(Arrays.stream(part.values()).sum()).isCloseTo(1, within(1e-12));
        }
        ColumnDrift town = drift.columns().get(0).drift();
        int second = town.labels().indexOf(bars.categories().get(1));
        assertThat(bars.parts().get(0).values()[1]).isEqualTo(town.reference()[second]);
        assertThat(bars.parts().get(1).values()[1]).isEqualTo(town.current()[second]);
    }
}
