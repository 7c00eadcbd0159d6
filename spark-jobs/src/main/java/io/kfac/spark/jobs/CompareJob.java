package io.kfac.spark.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.kfac.objective.CancelledException;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.Files;
import io.kfac.spark.engine.Json;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.RunDescription;
import io.kfac.spark.engine.RunDescription.Trial;
import io.kfac.spark.engine.RunLog;
import io.kfac.spark.engine.StopClock;
import io.kfac.spark.report.RunFiles;
import io.kfac.spark.report.Tuning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Runs all optimizers of a comparison, one at a time. One that diverges or fails is a row of the report and not the end; one that was
 * finished before, with the same settings on the same data, is not run again.
 */
final class CompareJob implements AutoCloseable {
    /** What the JVM compiles is not the first optimizer's fault: each runs so long, or its budget, before it counts. */
    private static final double WARM_UP = 3;

    private final HeatContext context;
    private final Configuration hadoop;
    private final Console console;
    private final Set<String> warm = new HashSet<>();
    private final List<String> finished = new ArrayList<>();
    private Optional<BlockFrame> frame = Optional.empty();
    private volatile Optional<OurHeat> running = Optional.empty();
    private volatile boolean stopped;

    CompareJob(HeatContext context, Console console) {
        this.context = context;
        this.hadoop = context.session().hadoop();
        this.console = console;
    }

    /** @return directories of all runs, below the comparison's; fewer where it was stopped */
    List<String> run() {
        context.session().onStop(Optional.of(() -> {
            stopped = true;
            running.ifPresent(OurHeat::stop);
        }));
        for (CompareConfig.Contender contender : context.config().contenders()) {
            Optional<Trial> chosen = Optional.empty();
            if (contender.tuned()) {
                chosen = tune(contender);
            }
            for (long seed : context.config().seeds()) {
                heat(new Heat(contender, chosen, seed));
            }
        }
        return finished;
    }

    boolean stopped() {
        return stopped;
    }

    /** Every point of the grid, with the first seed. Where none comes to anything, the first stands for all. */
    private Optional<Trial> tune(CompareConfig.Contender contender) {
        OptimizerSpec own;
        try {
            own = contender.config().spec(context.network(), context.choice(), context.workload());
        } catch (BadInput e) {
            return Optional.empty(); // its runs end on it, and say so
        }
        List<Trial> grid = TuningGrid.of(context.config(), contender, own);
        List<RunFiles> runs = new ArrayList<>();
        for (Trial trial : grid) {
            Heat heat = new Heat(
                    contender, Optional.of(trial), context.config().seeds().get(0));
            heat(heat);
            runs.add(ReportFiles.of(new Path(context.output(), heat.directory()), heat.directory(), hadoop));
        }
        return stopped
                ? Optional.empty()
                : Tuning.best(runs, context.config().targets()).map(grid::get).or(() -> Optional.of(grid.get(0)));
    }

    private void heat(Heat planned) {
        Heat heat = new Heat(settled(planned), planned.trial(), planned.seed());
        if (stopped || finished.contains(heat.directory())) {
            return;
        }
        Path directory = new Path(context.output(), heat.directory());
        String outcome;
        try {
            RunDescription description = describe(heat);
            if (isFinished(directory, description)) {
                outcome = "found from before";
            } else {
                Files.delete(directory, hadoop);
                description.write(directory, hadoop);
                outcome = execute(heat, directory);
            }
        } catch (CancelledException e) {
            return;
        }
        if (!stopped) {
            finished.add(heat.directory());
            console.fact(heat.text(), outcome);
        }
    }

    /** With the heat's seed and point of the grid among its settings. */
    private CompareConfig.Contender settled(Heat heat) {
        Config more = ConfigFactory.empty().withValue("train.seed", ConfigValueFactory.fromAnyRef(heat.seed()));
        if (heat.trial().isPresent()) {
            Trial point = heat.trial().get();
            more = more.withValue("optimizer.batchRows", ConfigValueFactory.fromAnyRef(point.batchRows()));
            if (!Double.isNaN(point.learningRate())) {
                more = more.withValue("optimizer.learningRate", ConfigValueFactory.fromAnyRef(point.learningRate()));
            }
        }
        return heat.contender().at(more);
    }

    private RunDescription describe(Heat heat) {
        Map<String, String> setup = new LinkedHashMap<>();
        setup.put("optimizer", heat.contender().name());
        setup.putAll(context.facts().setup());
        setup.put("budget of a run", context.config().budget().text());
        ObjectNode identity = Json.object();
        identity.put("competes", heat.contender().name());
        identity.set("settings", heat.contender().config().json());
        identity.put("budget", context.config().budget().text());
        identity.put("data", context.tables().train().summary().describe());
        List<String> notes =
                heat.contender().isMllib() ? List.of(new MllibHeat(context, heat).note()) : plan(heat.contender());
        return context.facts()
                .describe(
                        heat.contender().label(),
                        heat.contender().baseline(),
                        heat.trial(),
                        heat.seed(),
                        notes,
                        setup,
                        identity);
    }

    /** What it was expected to take. */
    private List<String> plan(CompareConfig.Contender contender) {
        try {
            OptimizerSpec optimizer = contender.config().spec(context.network(), context.choice(), context.workload());
            Plan plan = Plan.of(context.network(), optimizer, context.workload());
            return List.of(PlanText.summary(plan, context.choice().onDriver(optimizer)));
        } catch (BadInput e) {
            return List.of(); // the run ends on it, and says so
        }
    }

    private boolean isFinished(Path directory, RunDescription description) {
        try {
            Path about = new Path(directory, RunDescription.FILE);
            Path log = new Path(directory, "run.jsonl");
            if (!Files.exists(about, hadoop) || !Files.exists(log, hadoop)) {
                return false;
            }
            JsonNode before = Json.parse(Files.read(about, hadoop)).path("configuration");
            JsonNode now = Json.parse(Json.line(description.configuration()));
            List<String> lines = Files.read(log, hadoop).lines().toList();
            String status = lines.isEmpty()
                    ? ""
                    : Json.parse(lines.get(lines.size() - 1)).at("/end/status").asText();
            return before.equals(now) && (status.equals("finished") || status.equals("diverged"));
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return what to tell */
    private String execute(Heat heat, Path directory) {
        warmUp(heat);
        System.gc(); // what the run before has left behind is not this one's
        StopClock clock = new StopClock(System::nanoTime);
        try (RunLog log = new RunLog(new Path(directory, "run.jsonl"), hadoop, clock)) {
            try {
                return race(heat, log, clock);
            } catch (ArithmeticException e) {
                return ended(log, "diverged", firstLine(e));
            } catch (CancelledException e) {
                throw e;
            } catch (Exception | OutOfMemoryError e) {
                if (stopped) {
                    throw new CancelledException("stopped while " + e.getMessage());
                }
                return ended(log, "failed", firstLine(e));
            }
        }
    }

    private static String ended(RunLog log, String status, String reason) {
        log.end(status, reason, 0);
        return status + ": " + reason;
    }

    /** Of what went wrong first: Spark wraps it, and adds traces. */
    private static String firstLine(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String text = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
        return root instanceof BadInput || root instanceof ArithmeticException
                ? text
                : "%s: %s".formatted(root.getClass().getSimpleName(), text);
    }

    private String race(Heat heat, RunLog log, StopClock clock) {
        if (heat.contender().isMllib()) {
            return new MllibHeat(context, heat).run(frame().frame(), log);
        }
        OurHeat run = new OurHeat(context, heat);
        running = Optional.of(run);
        try {
            List<Long> seeds = context.config().seeds();
            boolean probed = heat.seed() == seeds.get(seeds.size() - 1);
            return run.run(log, clock, probed);
        } finally {
            running = Optional.empty();
        }
    }

    private void warmUp(Heat heat) {
        if (!warm.add(heat.contender().label())) {
            return;
        }
        try {
            if (heat.contender().isMllib()) {
                new MllibHeat(context, heat).warmUp(frame().frame());
            } else {
                new OurHeat(context, heat)
                        .warmUp(Math.min(WARM_UP, context.config().budget().seconds()));
            }
        } catch (CancelledException e) {
            if (stopped) {
                throw e;
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            // The run itself will say so.
            console.fact(
                    "note",
                    "warming up for %s failed".formatted(heat.contender().label()));
        }
    }

    private BlockFrame frame() {
        if (frame.isEmpty()) {
            frame = Optional.of(
                    BlockFrame.of(context.session().spark(), context.tables().train()));
        }
        return frame.get();
    }

    @Override
    public void close() {
        context.session().onStop(Optional.empty());
        frame.ifPresent(BlockFrame::close);
    }
}
