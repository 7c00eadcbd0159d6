package io.kfac.spark.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.objective.Cost;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * One line of JSON a finished step, flushed as it is written; then what was looked at off the clock (looks, spectra, probes), each a
 * line with one field of that name, and at the end how it ended. {@code io.kfac.spark.report} reads it.
 */
public final class RunLog implements TrainingListener, AutoCloseable {
    private final FSDataOutputStream out;
    private final boolean hflush;
    private final LongSupplier nanoClock;
    private final long start;
    private final FactorSpectra spectra = new FactorSpectra();
    private Optional<Optimizer> optimizer = Optional.empty();
    private boolean ended;

    /** @param nanoClock for the seconds since the log was opened */
    public RunLog(Path path, Configuration conf, LongSupplier nanoClock) {
        try {
            out = Files.system(path, conf).create(path, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.hflush = out.hasCapability(StreamCapabilities.HFLUSH);
        this.nanoClock = nanoClock;
        this.start = nanoClock.getAsLong();
    }

    @Override
    public void onStart(Optimizer started) {
        optimizer = Optional.of(started);
    }

    @Override
    public void onStep(StepReport report) {
        write(line(report, elapsed()));
        optimizer.ifPresent(steps -> spectra.onStep(report.step(), steps, elapsed()));
    }

    /** Seconds since the log was opened, by its clock. */
    public double elapsed() {
        return (nanoClock.getAsLong() - start) * 1e-9;
    }

    /** One line. */
    public void write(ObjectNode object) {
        try {
            out.write((Json.line(object) + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            if (hflush) {
                out.hflush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The last line, spectra of the curvature before it. Only the first call counts.
     * @param status  finished, stopped, diverged or failed
     * @param reason  in words
     * @param seconds to be spent on spectra, about
     */
    public void end(String status, String reason, double seconds) {
        if (ended) {
            return;
        }
        ended = true;
        spectra.lines(seconds, System::nanoTime).forEach(this::write);
        ObjectNode line = Json.object();
        line.putObject("end").put("status", status).put("reason", reason);
        write(line);
    }

    /** @param elapsed seconds since the start of training */
    static ObjectNode line(StepReport report, double elapsed) {
        ObjectNode line = Json.object();
        line.put("step", report.step());
        Json.number(line, "epoch", report.epoch());
        Json.number(line, "rows", report.rows());
        Json.number(line, "loss", report.loss());
        Json.number(line, "validationLoss", report.validationLoss().orElse(Double.NaN));
        Json.number(line, "gradientNorm", report.gradientNorm());
        Json.number(line, "damping", report.damping());
        Json.number(line, "rho", report.rho());
        Json.number(line, "predictedKl", report.predictedKl());
        Json.number(line, "measuredKl", report.measuredKl());
        Json.number(line, "stepSize", report.stepSize());
        Json.number(line, "momentum", report.momentum());
        line.put("accepted", report.accepted());
        Json.number(line, "elapsed", elapsed);
        report.local().ifPresent(round -> {
            ObjectNode local = line.putObject("local");
            local.put("steps", round.steps());
            local.put("workers", round.workers());
            local.put("dropped", round.dropped());
            local.put("scaledBack", round.scaledBack());
        });
        Cost cost = report.cost();
        ObjectNode seconds = line.putObject("seconds");
        Json.number(seconds, "forwardBackward", cost.forwardBackward());
        Json.number(seconds, "factors", cost.factors());
        Json.number(seconds, "reduce", cost.reduce());
        Json.number(seconds, "refresh", report.refreshSeconds());
        Json.number(seconds, "broadcast", cost.broadcast());
        Json.number(seconds, "overhead", cost.overhead());
        line.put("jobs", report.totalJobs());
        line.put("bytes", report.totalBytes());
        return line;
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
