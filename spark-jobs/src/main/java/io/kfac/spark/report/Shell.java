package io.kfac.spark.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import io.kfac.spark.engine.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * What every page is made of beside its content, all of it inside the page: styles, the chart library, the script that draws, and the
 * charts' numbers. A page's template hands it to {@code layout.jte} and places each chart by {@code chart.jte}:
 *
 * <pre>{@code
 * Shell shell = Shell.of("Fit of claims.csv", charts);
 * String html = Shell.render(out -> JtefitGenerated.render(out, null, shell, page));
 * }</pre>
 *
 * @param charts JSON by chart id, safe within a script element
 */
public record Shell(String title, String charts) {

    public static Shell of(String title, List<? extends Chart> charts) {
        ObjectNode json = Json.object();
        for (Chart chart : charts) {
            if (json.has(chart.id())) {
                throw new IllegalArgumentException("Cannot have two charts with the id %s".formatted(chart.id()));
            }
            json.set(chart.id(), chart.json());
        }
        return new Shell(title, scriptSafe(Json.line(json)));
    }

    /** The page that a template writes, escaped as its places need. */
    public static String render(Consumer<OwaspHtmlTemplateOutput> template) {
        StringOutput page = new StringOutput(1 << 20);
        template.accept(new OwaspHtmlTemplateOutput(page));
        return page.toString();
    }

    /** JSON that no text in it can end the script element of. */
    static String scriptSafe(String json) {
        return json.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
    }

    public String styles() {
        return resource("report.css");
    }

    public String script() {
        return resource("report.js");
    }

    /** Apache ECharts, its common build. */
    public String library() {
        return resource("echarts.common.min.js");
    }

    /** {@code " 0.1.0"}, or nothing where it does not run from its jar. */
    public String version() {
        String version = Shell.class.getPackage().getImplementationVersion();
        return version == null ? "" : " " + version;
    }

    private static String resource(String name) {
        try (InputStream in = Shell.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("Cannot find %s beside %s".formatted(name, Shell.class.getName()));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
