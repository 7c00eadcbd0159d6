package io.kfac.spark.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.spark.data.Table;
import io.kfac.spark.report.Browser;
import java.nio.file.Path;
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

    private void isWhole(String html, int charts) throws Exception {
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
    }

    @Test
    void aFitIsDrawn() throws Exception {
        FitResult fit = TableFit.run(table(3_000, 0), FitOptions.defaults());
        String html = FitPage.render(fit);
        assertThat(verdict(html)).startsWith("Of 5 columns of 3,000 rows, the best fits are");
        // A histogram and a check of four columns of numbers.
        isWhole(html, 8);
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
        isWhole(html, 8);
    }
}
