package io.kfac.spark.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;

/** Every number of every run, one a line: who, when, what had been spent, what it is called and its value. */
final class ReportCsv {
    private static final List<String> SPENT = List.of("step", "elapsed", "epoch", "jobs", "bytes");

    private final StringBuilder text =
            new StringBuilder("run,label,seed,step,seconds,epochs,jobs,bytes,quantity,value\n");

    private ReportCsv() {}

    static String of(List<Run> runs) {
        ReportCsv csv = new ReportCsv();
        runs.forEach(csv::add);
        return csv.text.toString();
    }

    private void add(Run run) {
        for (Step step : run.steps()) {
            add(run, step.step(), step.spent(), "", step.line());
        }
        for (Look look : run.looks()) {
            for (Quantity quantity : Quantity.values()) {
                add(
                        run,
                        look.step(),
                        look.spent(),
                        quantity.key(),
                        look.values().getOrDefault(quantity, Double.NaN));
            }
        }
        Across.Spent unknown = new Across.Spent(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        for (Spectrum spectrum : run.spectra()) {
            add(run, spectrum.step(), unknown, "effective rank of " + spectrum.factor(), spectrum.effectiveRank());
            for (int i = 0; i < spectrum.values().length; i++) {
                String name = "eigenvalue %.0f of %s".formatted(spectrum.ranks()[i], spectrum.factor());
                add(run, spectrum.step(), unknown, name, spectrum.values()[i]);
            }
        }
        for (Closeness probe : run.closeness()) {
            add(run, probe.step(), unknown, "cosine with the exact step", probe.cosine());
            add(run, probe.step(), unknown, "euclidean cosine with the exact step", probe.euclidean());
        }
    }

    private void add(Run run, long step, Across.Spent spent, String prefix, JsonNode numbers) {
        numbers.fields().forEachRemaining(field -> {
            JsonNode value = field.getValue();
            if (value.isNumber() && !(prefix.isEmpty() && SPENT.contains(field.getKey()))) {
                add(run, step, spent, prefix + field.getKey(), value.doubleValue());
            } else if (value.isObject()) {
                add(run, step, spent, prefix + field.getKey() + ".", value);
            }
        });
    }

    private void add(Run run, long step, Across.Spent spent, String quantity, double value) {
        if (!Double.isFinite(value)) {
            return;
        }
        text.append(quoted(run.name())).append(',');
        text.append(quoted(run.about().label())).append(',').append(run.about().seed());
        text.append(',').append(step);
        for (Across across : Across.values()) {
            double amount = across.of(spent);
            text.append(',').append(Double.isFinite(amount) ? number(amount) : "");
        }
        text.append(',')
                .append(quoted(quantity))
                .append(',')
                .append(number(value))
                .append('\n');
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.format(Locale.ROOT, "%.0f", value)
                : Double.toString(value);
    }

    /** A spreadsheet takes what begins with =, +, - or @ for a formula. */
    private static String quoted(String text) {
        String safe = text.matches("(?s)[=+@-].*") ? "'" + text : text;
        return safe.matches("(?s).*[\",\n\r].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
