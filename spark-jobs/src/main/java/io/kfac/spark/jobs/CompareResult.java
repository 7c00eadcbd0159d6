package io.kfac.spark.jobs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.engine.Files;
import io.kfac.spark.engine.Json;
import io.kfac.spark.report.ReportDirectory;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** What a comparison leaves: its report, a list of its runs for {@code kfac report}, and spectra as a table. */
record CompareResult(HeatContext context, String name, List<String> runs) {

    void write(Console console) {
        Configuration conf = context.session().hadoop();
        Path output = context.output();
        String title = "%s: %d optimizers compared"
                .formatted(name, context.config().contenders().size());
        Files.write(new Path(output, ReportDirectory.LIST), Json.pretty(list(title)), conf);
        String sentence = ReportFiles.write(
                title,
                runs.stream()
                        .map(run -> ReportFiles.of(new Path(output, run), run, conf))
                        .toList(),
                context.config().targets(),
                output,
                conf);
        SpectraTable.write(context.session().spark(), output, runs);
        console.blank();
        console.out().println(sentence);
        console.fact("report", new Path(output, "report.html").toString());
    }

    private ObjectNode list(String title) {
        ObjectNode json = Json.object().put("title", title);
        ArrayNode targets = json.putArray("targets");
        context.config()
                .targets()
                .forEach(target -> targets.add(target.quantity().key() + "=" + target.value()));
        ArrayNode names = json.putArray("runs");
        runs.forEach(names::add);
        return json;
    }
}
