package io.kfac.spark.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges a run on its way, off its clock, and writes that into its log. Each look comes after some share of the time so far; copies of
 * points wait until there is a job's worth of them, or as many bytes as a job should take.
 */
public final class Looks implements TrainingListener {
    /** What a comparison reads off looks is late by no more than 7%. */
    public static final double CLOSE = 0.07;

    /** For a curve alone: ten looks while the time grows tenfold. */
    public static final double SPARSE = 0.25;

    private static final int TOGETHER = 12;

    /** Of the copies that wait, which no plan knows of. */
    private static final long TOGETHER_BYTES = 64L << 20;

    private final Network network;
    private final Judge judge;
    private final RunLog log;
    private final StopClock clock;
    private final double share;
    private final List<Point> waiting = new ArrayList<>();
    private Optional<Optimizer> optimizer = Optional.empty();
    private Optional<Point> last = Optional.empty();
    private double next;

    private record Point(long step, double elapsed, double epoch, double jobs, double bytes, Parameters at) {
        Point at(Parameters other) {
            return new Point(step, elapsed, epoch, jobs, bytes, other);
        }
    }

    /** @param clock the log's @param share of the time so far that goes by between looks, such as {@link #CLOSE} */
    public Looks(Network network, Judge judge, RunLog log, StopClock clock, double share) {
        this.share = share;
        this.network = network;
        this.judge = judge;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void onStart(Optimizer started) {
        optimizer = Optional.of(started);
    }

    @Override
    public void onStep(StepReport report) {
        double elapsed = log.elapsed();
        Parameters settled = optimizer.orElseThrow().settled();
        Point point =
                new Point(report.step(), elapsed, report.epoch(), report.totalJobs(), report.totalBytes(), settled);
        last = Optional.of(point);
        if (elapsed >= next) {
            next = (1 + share) * elapsed;
            clock.aside(() -> add(point));
        }
    }

    private void add(Point point) {
        // Steps go on from the point itself.
        waiting.add(point.at(point.at().to(network, network.precision())));
        if (waiting.size() >= together(network)) {
            judgeWaiting();
        }
    }

    /** How many points wait for each other: at least one. */
    static int together(Network network) {
        long bytes = (long) network.size() * network.precision().bytes();
        return (int) Math.max(1, Math.min(TOGETHER, TOGETHER_BYTES / bytes));
    }

    /** The last look: at the point that the run returned, for what its last step had spent. */
    public void finish(Parameters returned) {
        last.ifPresent(point -> {
            waiting.removeIf(other -> other.step() == point.step());
            add(point.at(returned));
        });
        judgeWaiting();
    }

    /** What has not been judged yet. */
    public void judgeWaiting() {
        if (waiting.isEmpty()) {
            return;
        }
        List<Judge.Verdict> verdicts =
                judge.judge(waiting.stream().map(Point::at).toList());
        for (int i = 0; i < verdicts.size(); i++) {
            Point point = waiting.get(i);
            log.write(line(point.step(), point.elapsed(), point.epoch(), point.jobs(), point.bytes(), verdicts.get(i)));
        }
        waiting.clear();
    }

    /** NaN where something was not measured. */
    public static ObjectNode line(
            long step, double elapsed, double epoch, double jobs, double bytes, Judge.Verdict verdict) {
        ObjectNode line = Json.object();
        ObjectNode look = line.putObject("look").put("step", step);
        Json.number(look, "elapsed", elapsed);
        Json.number(look, "epoch", epoch);
        Json.number(look, "jobs", jobs);
        Json.number(look, "bytes", bytes);
        Json.number(look, "loss", verdict.loss());
        Json.number(look, "testLoss", verdict.testLoss());
        Json.number(look, "testAccuracy", verdict.testAccuracy());
        return line;
    }
}
