package io.kfac.spark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page: what is in it, and what a browser makes of it. */
class ReportPageTest {
    private static final String EVIL = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>";

    @TempDir
    Path scratch;

    /** Two optimizers of two seeds, the baseline tuned. */
    private List<RunFiles> runs(String label, int steps) throws IOException {
        Random random = new Random(1);
        List<RunFiles> runs = new ArrayList<>();
        for (int seed = 1; seed <= 2; seed++) {
            Logs run = Logs.run(scratch, label, false, seed);
            for (int step = 1; step <= steps; step++) {
                double loss = 2.3 * Math.exp(-step / 10.0) + 0.01 * random.nextDouble();
                run.step(step, 0.01 * step, loss);
                run.look(step, 0.01 * step, 0.1 * step, 2 * step, 1_000 * step, loss, 0.9);
            }
            run.spectrum(1, "layer 1, A", 3, 2, 1)
                    .spectrum(2, "layer 1, A", 4, 2, 1)
                    .spectrum(2, "layer 1, G", 2, 1);
            runs.add(run.probe(5, 0.9).probe(20, 0.8).end("finished", "its budget is spent"));
        }
        for (String trial : List.of("0.1,64", "0.01,64", "0.01,256")) {
            runs.add(adam(1, trial, steps));
        }
        runs.add(adam(2, "0.01,64", steps));
        return runs;
    }

    private RunFiles adam(long seed, String trial, int steps) throws IOException {
        Logs run = Logs.run(scratch, "Adam", true, seed, trial);
        double rate = trial.equals("0.01,64") ? 30 : 60;
        for (int step = 1; step <= steps; step++) {
            run.step(step, 0.005 * step, 2.3 * Math.exp(-step / rate));
            run.look(step, 0.005 * step, 0.05 * step, step, 500 * step, 2.3 * Math.exp(-step / rate), 0.85);
        }
        return run.end("finished", "its budget is spent");
    }

    private Report report(int steps) throws IOException {
        return Report.of("Digits", runs("K-FAC", steps), List.of(new Target(Quantity.LOSS, 0.2)));
    }

    @Test
    void namesAreEscaped() throws Exception {
        Report report = Report.of(EVIL, runs(EVIL, 30), List.of());
        String html = report.html();
        assertThat(html).doesNotContain(EVIL).contains("&lt;/script&gt;&lt;script&gt;");
        assertThat(Pattern.compile("</script").matcher(html).results().count())
                .as("scripts end where the template ends them: data, library, drawing")
                .isEqualTo(3);
        Browser.Page page = Browser.find(scratch).open(html, "");
        assertThat(page.document())
                .contains("data-complete")
                .doesNotContain("<img src=x")
                .doesNotContain("<title>taken");
    }

    @Test
    void aBrowserDrawsEveryChart() throws Exception {
        Report report = report(80);
        Browser.Page page = Browser.find(scratch).open(report.html(), "");
        assertThat(page.console()).isEmpty();
        assertThat(attribute(page.document(), "data-requests")).isEqualTo("0");
        assertThat(page.document()).doesNotContain("data-error");
        assertThat(series(page, "loss")).isEqualTo(2);
        assertThat(series(page, "test-loss")).isEqualTo(2);
        assertThat(series(page, "accuracy")).isEqualTo(2);
        assertThat(series(page, "time")).as("six phases and the driver").isEqualTo(7);
        assertThat(series(page, "sensitivity")).as("two batch sizes").isEqualTo(2);
        assertThat(series(page, "damping")).isEqualTo(2);
        assertThat(series(page, "kl")).isEqualTo(2);
        assertThat(series(page, "closeness")).isEqualTo(1);
        assertThat(series(page, "spectra"))
                .as("of the first factor, both steps")
                .isEqualTo(2);
        assertThat(series(page, "ranks")).as("two factors").isEqualTo(2);
        int figures = count(page.document(), "<figure ");
        assertThat(attribute(page.document(), "data-drawn")).isEqualTo(String.valueOf(figures));
        assertThat(count(page.document(), "<svg ")).isGreaterThanOrEqualTo(figures);
    }

    @Test
    void theReaderSwitchesAxesAndOpensTables() throws Exception {
        Browser.Page page = Browser.find(scratch).open(report(40).html(), """
                        const figure = document.getElementById('figure-loss');
                        const before = figure.querySelector('svg').outerHTML;
                        figure.querySelector('input[value=jobs]').click();
                        const jobs = figure.querySelector('svg').outerHTML;
                        figure.querySelector('input[name$=vertical][value=linear]').click();
                        const linear = figure.querySelector('svg').outerHTML;
                        figure.querySelector('details').open = true;
                        const spectra = document.querySelector('#figure-spectra select');
                        spectra.value = spectra.options[1].value;
                        spectra.dispatchEvent(new Event('change'));
                        setTimeout(() => {
                          document.documentElement.dataset.axis = figure.dataset.axis;
                          document.documentElement.dataset.switched = (before !== jobs) + ',' + (jobs !== linear);
                          document.documentElement.dataset.rows = figure.querySelectorAll('details tbody tr').length;
                          document.documentElement.dataset.group = document.getElementById('figure-spectra').dataset.series;
                        }, 300);
                        """);
        assertThat(page.console()).isEmpty();
        assertThat(attribute(page.document(), "data-switched")).isEqualTo("true,true");
        assertThat(attribute(page.document(), "data-axis")).isEqualTo("jobs");
        assertThat(attribute(page.document(), "data-rows"))
                .as("two lines of forty points")
                .isEqualTo("80");
        assertThat(attribute(page.document(), "data-group"))
                .as("G was seen once")
                .isEqualTo("1");
    }

    @Test
    void theSentenceAgreesWithTheTable() throws Exception {
        String html = report(80).html();
        Matcher sentence = Pattern.compile("id=\"verdict\">(.*?) reached .*? in ([^:]*): ([0-9.]+×) as fast")
                .matcher(html);
        assertThat(sentence.find()).isTrue();
        Matcher row = Pattern.compile(
                        "<tr class=\"best\">.*?</span>(.*?)</th>\\s*<td[^>]*>([^<]*)<.*?<td class=\"better\">([^<]*)<",
                        Pattern.DOTALL)
                .matcher(html);
        assertThat(row.find()).isTrue();
        for (int i = 1; i <= 3; i++) {
            assertThat(row.group(i))
                    .isEqualTo(sentence.group(i).replace('\u00a0', ' ').replace('\u2011', '-'));
        }
    }

    @Test
    void aPageOfOneRunHasNoComparison() throws Exception {
        RunFiles run = Logs.run(scratch, "K-FAC", false, 1)
                .step(1, 0.1, 2)
                .step(2, 0.2, 1)
                .end("finished", "reached 2 steps");
        Report report = Report.of("K-FAC on digits", List.of(run), List.of());
        assertThat(report.sentence())
                .isEqualTo("K-FAC came to a loss of the step's batch of 1 in 200 ms: 2 steps, 4 Spark jobs.");
        Browser.Page page = Browser.find(scratch).open(report.html(), "");
        assertThat(page.console()).isEmpty();
        assertThat(page.document()).doesNotContain("Where second order loses").doesNotContain("best baseline");
        assertThat(series(page, "batch-loss")).isEqualTo(1);
    }

    /** As {@code train} logs it: validation at some steps, test rows at a few points, and no loss on common rows. */
    @Test
    void aPageOfOneRunHasItsTestCurves() throws Exception {
        RunFiles run = Logs.run(scratch, "K-FAC", false, 1)
                .step(1, 0.1, 2)
                .raw("{\"step\":2,\"elapsed\":0.2,\"epoch\":0.2,\"jobs\":4,\"loss\":1,\"validationLoss\":1.1}\n")
                .raw("{\"step\":3,\"elapsed\":0.3,\"epoch\":0.3,\"jobs\":6,\"loss\":0.9,\"validationLoss\":1.0}\n")
                .raw("{\"look\":{\"step\":1,\"elapsed\":0.1,\"epoch\":0.1,\"testLoss\":1.9,\"testAccuracy\":0.4}}\n")
                .raw("{\"look\":{\"step\":3,\"elapsed\":0.3,\"epoch\":0.3,\"testLoss\":1.2,\"testAccuracy\":0.7}}\n")
                .end("finished", "reached 3 steps");
        Browser.Page page = Browser.find(scratch)
                .open(Report.of("K-FAC on digits", List.of(run), List.of()).html(), "");
        assertThat(page.console()).isEmpty();
        for (String chart : List.of("validation-loss", "test-loss", "accuracy", "batch-loss")) {
            assertThat(series(page, chart)).isEqualTo(1);
        }
    }

    /** Rounds of local steps: totals of all, and a warning where any worker went astray. */
    @Test
    void workersThatWentAstrayAreAddedUp() throws IOException {
        RunFiles good = local("K-FAC", 0);
        assertThat(Report.of("one", List.of(good), List.of()).html())
                .contains("of 6 turns of workers, 0 left out (not finite, or too far away), 0 scaled back")
                .doesNotContain("class=\"warn\"");
        Report both = Report.of("both", List.of(good, local("Adam", 1)), List.of());
        assertThat(both.html())
                .containsPattern(
                        "<li class=\"warn\">[^<]*Adam[^<]*: of 6 turns of workers, 3 left out [^<]*, 1 scaled back\\.")
                .doesNotContainPattern("<li class=\"warn\">[^<]*K-FAC");
        assertThat(both.json().at("/runs/1/local").toString())
                .isEqualTo("{\"rounds\":3,\"turns\":6,\"dropped\":3,\"scaledBack\":1}");
    }

    private RunFiles local(String label, int astray) throws IOException {
        Logs run = Logs.run(scratch, label, false, 1);
        for (int step = 1; step <= 3; step++) {
            run.raw("""
                    {"step":%d,"elapsed":%d,"epoch":%1$d,"jobs":%1$d,"bytes":9,"loss":1,\
                    "local":{"steps":5,"workers":2,"dropped":%d,"scaledBack":%d}}
                    """.formatted(step, step, astray, step == 2 ? astray : 0));
        }
        return run.end("finished", "reached 3 steps");
    }

    @Test
    void twentyRunsOfTwoThousandStepsAreSmallAndQuick() throws IOException {
        List<RunFiles> runs = new ArrayList<>();
        Random random = new Random(2);
        for (int i = 0; i < 20; i++) {
            Logs run = Logs.run(scratch, "optimizer " + i / 2, i > 9, i % 2 + 1);
            for (int step = 1; step <= 2_000; step++) {
                run.step(step, 0.01 * step, Math.exp(-step / 400.0) * (1 + 0.2 * random.nextDouble()));
            }
            for (int look = 1; look <= 120; look++) {
                double at = 0.02 * Math.pow(1.06, look);
                run.look(look, at, at, 10 * at, 1e4 * at, Math.exp(-at), 1 - Math.exp(-at));
            }
            runs.add(run.end("finished", "its budget is spent"));
        }
        Report.of("warm", runs, List.of()).html();
        long start = System.nanoTime();
        String html = Report.of("twenty", runs, List.of()).html();
        double seconds = (System.nanoTime() - start) * 1e-9;
        assertThat(html.length()).as("characters").isLessThan(3_000_000);
        assertThat(seconds).isLessThan(2);
    }

    private static int series(Browser.Page page, String chart) {
        Matcher figure = Pattern.compile("<figure [^>]*id=\"figure-" + chart + "\"[^>]*>")
                .matcher(page.document());
        assertThat(figure.find()).as("chart " + chart).isTrue();
        return Integer.parseInt(attribute(figure.group(), "data-series"));
    }

    private static String attribute(String text, String name) {
        Matcher found = Pattern.compile(name + "=\"([^\"]*)\"").matcher(text);
        assertThat(found.find()).as(name).isTrue();
        return found.group(1);
    }

    private static int count(String text, String part) {
        return (int)
                Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
    }
}
