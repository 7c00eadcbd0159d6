package io.kfac.spark.bench;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.family.Bernoulli;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.FloatMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.objective.CancelledException;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.FixedRateOptimizer;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.Momentum;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.RunOptions;
import io.kfac.preconditioner.AdamPreconditioner;
import io.kfac.spark.data.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * An autoencoder [784,500,250,30,250,500,784] of the images: how long and how many Spark jobs our K-FAC takes to the loss of
 * our own Adam after 5 epochs. Nine Adams run (three rates, three batch sizes), and the duel is with the one against which
 * K-FAC does worst in seconds.
 */
final class AutoencoderBench implements Bench.Benchmark {
    private static final double EPOCHS = 5;
    private static final long LIMIT = 150;
    private static final double[] RATES = {3e-4, 1e-3, 3e-3};
    private static final int[] BATCHES = {256, 1_024, 4_096};
    private static final Network NETWORK = Network.mlp(
            FashionMnist.PIXELS,
            List.of(500, 250, 30, 250, 500),
            FashionMnist.PIXELS,
            Activation.TANH,
            new Bernoulli(),
            Precision.FLOAT);

    private record Adam(double rate, int batch, double loss, double seconds, long jobs) {}

    /** Our loss after a step, and the seconds and jobs to get there. */
    private record Reached(long step, double loss, double seconds, long jobs) {}

    /** One of the nine, and when K-FAC had its loss. */
    private record Match(Adam adam, Reached kfac) {
        double ratio() {
            return adam.seconds() / kfac.seconds();
        }

        double jobsRatio() {
            return (double) adam.jobs() / kfac.jobs();
        }
    }

    @Override
    public Bench.Findings run(SparkSession spark) throws Exception {
        FashionMnist data = FashionMnist.read();
        Dataset<Row> frame = data.frame(spark, 0);
        Ours ours = new Ours(frame, NETWORK, new Target.Inputs(Optional.of("label")));
        Map<String, Object> details = new LinkedHashMap<>(Sides.describe());
        List<Adam> adams = adams(ours);
        Function<Network, Optimizer> kfac = Ours.kfac(1e-5, 0.25);
        List<Reached> path = path(ours, kfac, adams);
        List<Match> matches = new ArrayList<>();
        for (Adam adam : adams) {
            Optional<Reached> reached =
                    path.stream().filter(r -> r.loss() <= adam.loss()).findFirst();
            if (reached.isEmpty()) {
                return new Bench.Findings(
                        "K-FAC is not at %.3f nats after %d steps".formatted(adam.loss(), LIMIT), details);
            }
            Match match = new Match(adam, reached.get());
            System.out.printf(
                    "  Adam %.0e, %d rows: %.3f nats in %.1f s, %d jobs; K-FAC there after %.1f s, %d jobs: %.1fx, %.1fx%n",
                    adam.rate(),
                    adam.batch(),
                    adam.loss(),
                    adam.seconds(),
                    adam.jobs(),
                    match.kfac().seconds(),
                    match.kfac().jobs(),
                    match.ratio(),
                    match.jobsRatio());
            matches.add(match);
        }
        details.put("adams", matches.stream().map(AutoencoderBench::describe).toList());
        Match toughest = Collections.min(matches, Comparator.comparing(Match::ratio));
        Match lowest =
                Collections.min(matches, Comparator.comparing(m -> m.adam().loss()));
        Bench.Findings duel = duel(data, ours, kfac, toughest, details);
        return new Bench.Findings(
                "%s; to the lowest loss of the nine, %.2f nats, %.1fx in time and %.1fx fewer jobs"
                        .formatted(duel.headline(), lowest.adam().loss(), lowest.ratio(), lowest.jobsRatio()),
                duel.details());
    }

    private Bench.Findings duel(
            FashionMnist data, Ours ours, Function<Network, Optimizer> kfac, Match match, Map<String, Object> details)
            throws Exception {
        Adam opponent = match.adam();
        long steps = match.kfac().step();
        Sides.Last adamRun = new Sides.Last();
        Sides.Last kfacRun = new Sides.Last();
        Duel.Times times = Duel.run(
                () -> adamRun.set(
                        ours.fit(adam(opponent.rate(), opponent.batch()), Long.MAX_VALUE, EPOCHS, (r, w) -> {})),
                true,
                () -> kfacRun.set(ours.fit(kfac, steps, Double.POSITIVE_INFINITY, (r, w) -> {})));
        double adamLoss = judge(data, adamRun.get());
        double kfacLoss = judge(data, kfacRun.get());
        double jobs = (double) adamRun.get().jobs() / kfacRun.get().jobs();
        double inMemory = inMemoryRatio(data, opponent, steps);
        details.putAll(kfacRun.details(times, kfacLoss));
        details.put("peer", describe(match));
        details.put("peerObjective", adamLoss);
        details.put("peerJobs", adamRun.get().jobs());
        details.put("jobsRatio", jobs);
        details.put("inMemoryRatio", inMemory);
        String missed =
                kfacLoss <= adamLoss ? "" : "; K-FAC misses the target by %.3f nats".formatted(kfacLoss - adamLoss);
        return new Bench.Findings(
                "%s, %.1fx fewer jobs (%d, %d), %.1fx in memory on one thread; Adam %.0e x %d rows: %.2f nats, ours %.2f%s"
                        .formatted(
                                times.headline(),
                                jobs,
                                adamRun.get().jobs(),
                                kfacRun.get().jobs(),
                                inMemory,
                                opponent.rate(),
                                opponent.batch(),
                                adamLoss,
                                kfacLoss,
                                missed),
                details);
    }

    private static Map<String, Object> describe(Match match) {
        Adam adam = match.adam();
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("rate", adam.rate());
        described.put("batch", adam.batch());
        described.put("loss", adam.loss());
        described.put("seconds", adam.seconds());
        described.put("jobs", adam.jobs());
        described.put("kfacSteps", match.kfac().step());
        described.put("kfacSeconds", match.kfac().seconds());
        described.put("kfacJobs", match.kfac().jobs());
        return described;
    }

    private static Function<Network, Optimizer> adam(double rate, int batch) {
        return network -> new FixedRateOptimizer(
                network,
                network.initialParameters(1),
                new AdamPreconditioner(network, 0.999),
                new RunOptions(new Penalty(1e-5), 1, 0),
                FixedRateOptions.plain(batch, rate, 1e-8, new Momentum.GradientAverage(0.9)),
                System::nanoTime);
    }

    private static List<Adam> adams(Ours ours) throws Exception {
        List<Adam> adams = new ArrayList<>();
        ours.fit(adam(1e-3, 1_024), 50, EPOCHS, (r, w) -> {});
        for (int batch : BATCHES) {
            for (double rate : RATES) {
                Sides.Last last = new Sides.Last();
                double seconds =
                        Duel.seconds(() -> last.set(ours.fit(adam(rate, batch), Long.MAX_VALUE, EPOCHS, (r, w) -> {})));
                adams.add(new Adam(
                        rate,
                        batch,
                        engineLoss(ours, last.get()),
                        seconds,
                        last.get().jobs()));
            }
        }
        return adams;
    }

    /** The loss on all rows, by our engine: to choose by. The duel's figures are the judge's. */
    private static double engineLoss(Ours ours, Ours.Fit fit) {
        double[] loss = new double[1];
        ours.fit(
                network -> new FixedRateOptimizer(
                        network,
                        fit.result().parameters(),
                        new AdamPreconditioner(network, 0.999),
                        new RunOptions(new Penalty(0), 1, 0),
                        FixedRateOptions.plain(60_000, 1e-12, 1, new Momentum.None()),
                        System::nanoTime),
                1,
                Double.POSITIVE_INFINITY,
                (report, watched) -> loss[0] = report.loss());
        return loss[0];
    }

    private static List<Reached> path(Ours ours, Function<Network, Optimizer> kfac, List<Adam> adams) {
        double lowest = adams.stream().mapToDouble(Adam::loss).min().orElseThrow();
        ours.fit(kfac, 5, Double.POSITIVE_INFINITY, (r, w) -> {});
        List<Reached> path = new ArrayList<>();
        long[] clock = {System.nanoTime(), 0};
        ours.fit(kfac, LIMIT, Double.POSITIVE_INFINITY, (report, watched) -> {
            double seconds = (System.nanoTime() - clock[0] - clock[1]) * 1e-9;
            long looking = System.nanoTime();
            double loss = watched.objective()
                    .evaluate("exploring", new Query(watched.optimizer().settled(), RowSelection.all(), Request.loss()))
                    .meanLoss();
            path.add(new Reached(report.step(), loss, seconds, report.totalJobs() - path.size()));
            clock[1] += System.nanoTime() - looking;
            if (loss <= lowest) {
                throw new CancelledException("reached the lowest");
            }
        });
        return path;
    }

    private static double judge(FashionMnist data, Ours.Fit fit) {
        return Judge.crossEntropy(
                data, Math::tanh, Ours.layers(fit.network(), fit.result().parameters()));
    }

    /** Both sides again on one thread, without Spark. */
    private static double inMemoryRatio(FashionMnist data, Adam opponent, long steps) {
        List<MiniBatch> blocks = blocks(data);
        double kfacSeconds = 0;
        double adamSeconds = 0;
        for (int run = 0; run < 2; run++) {
            kfacSeconds = timed(blocks, Ours.kfac(1e-5, 0.25), steps, Double.POSITIVE_INFINITY);
            adamSeconds = timed(blocks, adam(opponent.rate(), opponent.batch()), Long.MAX_VALUE, EPOCHS);
        }
        return adamSeconds / kfacSeconds;
    }

    private static double timed(List<MiniBatch> blocks, Function<Network, Optimizer> maker, long steps, double epochs) {
        Objective objective = new InMemoryObjective(NETWORK, blocks);
        long start = System.nanoTime();
        Optimizer optimizer = maker.apply(NETWORK);
        for (long step = 0; step < steps && optimizer.epoch() < epochs; step++) {
            optimizer.step(objective);
        }
        optimizer.finish(objective);
        return (System.nanoTime() - start) * 1e-9;
    }

    private static List<MiniBatch> blocks(FashionMnist data) {
        List<MiniBatch> blocks = new ArrayList<>();
        int rows = 2_048;
        for (int from = 0; from < data.labels().length; from += rows) {
            int count = Math.min(rows, data.labels().length - from);
            float[] x = new float[count * (FashionMnist.PIXELS + 1)];
            Arrays.fill(x, 1);
            long[] ids = new long[count];
            for (int i = 0; i < count; i++) {
                System.arraycopy(data.pixels()[from + i], 0, x, i * (FashionMnist.PIXELS + 1), FashionMnist.PIXELS);
                ids[i] = from + i;
            }
            int columns = FashionMnist.PIXELS + 1;
            blocks.add(new MiniBatch(
                    new DenseFeatures(new FloatMatrix(x, 0, count, columns, columns)),
                    new Targets.Inputs(),
                    new double[0],
                    ids));
        }
        return blocks;
    }
}
