package io.kfac.spark.jobs;

import io.kfac.optimizer.LocalTotals;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.TrainingListener;
import io.kfac.optimizer.TrainingOptions;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How training is going: a bar on a terminal, else a line every few seconds. */
final class Progress implements TrainingListener, AutoCloseable {
    private static final double LINE_SECONDS = 3;

    private final TrainingOptions options;
    private final PrintStream out;
    private final LongSupplier nanoClock;
    private final Optional<ProgressBar> bar;
    private final long start;
    private long lastLine;
    private double rows;
    private LocalTotals local = LocalTotals.NONE;
    private double validation = Double.NaN;
    private long lastStep;
    private double stepSeconds = Double.NaN;
    private Optional<StepReport> unprinted = Optional.empty();

    /** @param terminal whether somebody is watching */
    Progress(TrainingOptions options, boolean terminal, PrintStream out, LongSupplier nanoClock) {
        this.options = options;
        this.out = out;
        this.nanoClock = nanoClock;
        this.start = nanoClock.getAsLong();
        this.lastLine = start;
        this.lastStep = start;
        this.bar = terminal
                ? Optional.of(new ProgressBarBuilder()
                        .setTaskName("training")
                        .setInitialMax(options.maxSteps())
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(200)
                        .hideEta()
                        .build())
                : Optional.empty();
    }

    @Override
    public void onStep(StepReport report) {
        rows += report.rows();
        local = report.local().map(local::plus).orElse(local);
        validation = report.validationLoss().orElse(validation);
        long now = nanoClock.getAsLong();
        double seconds = (now - lastStep) * 1e-9;
        // The first step searches and compiles; later ones change with their batches, so recent ones count most.
        if (report.step() > 1) {
            stepSeconds = Double.isNaN(stepSeconds) ? seconds : 0.9 * stepSeconds + 0.1 * seconds;
        }
        lastStep = now;
        if (bar.isPresent()) {
            if (Double.isFinite(options.maxEpochs())) {
                bar.get().maxHint(stepsInAll(report));
            }
            bar.get().stepTo(report.step());
            bar.get().setExtraMessage(" " + details(report, now));
        } else if ((now - lastLine) * 1e-9 >= LINE_SECONDS) {
            print(report, now);
        } else {
            unprinted = Optional.of(report);
        }
    }

    private void print(StepReport report, long now) {
        out.println("step %d: %s".formatted(report.step(), details(report, now)));
        lastLine = now;
        unprinted = Optional.empty();
    }

    private String details(StepReport report, long now) {
        double seconds = Math.max(1e-9, (now - start) * 1e-9);
        StringBuilder text = new StringBuilder("loss %.4g".formatted(report.loss()));
        add(text, ", validation %.4g", validation);
        add(text, ", gradient %.2g", report.gradientNorm());
        add(text, ", damping %.2g", report.damping());
        add(text, ", rho %.2f", report.rho());
        add(text, ", KL %.2g", report.measuredKl());
        add(text, ", %,.0f rows/s", rows / seconds);
        text.append(report.accepted() ? "" : ", undone");
        text.append(local.astray() ? ", " + local : "");
        if (!Double.isNaN(stepSeconds)) {
            text.append(
                    ", at most %s left".formatted(Durations.text((stepsInAll(report) - report.step()) * stepSeconds)));
        }
        return text.toString();
    }

    /** By steps or passes, whichever ends first: training may well end by itself before. */
    private long stepsInAll(StepReport report) {
        double byEpochs = report.epoch() > 0
                ? Math.ceil(report.step() * options.maxEpochs() / report.epoch())
                : Double.POSITIVE_INFINITY;
        return Math.max(report.step(), (long) Math.min((double) options.maxSteps(), byEpochs));
    }

    private static void add(StringBuilder text, String format, double value) {
        if (Double.isFinite(value)) {
            text.append(format.formatted(value));
        }
    }

    @Override
    public void close() {
        bar.ifPresent(ProgressBar::close);
        unprinted.ifPresent(report -> print(report, nanoClock.getAsLong()));
    }
}
