package io.kfac.spark.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A path of 20 elastic nets on a9a in one call of ours, against 20 fits of MLlib's LogisticRegression. Penalties as glmnet chooses
 * them (Friedman, Hastie and Tibshirani 2010, sec. 2.5): from the least at which all coefficients are 0 down to 1e-4 of it, evenly
 * in the logarithm.
 */
final class PathBench implements Bench.Benchmark {
    private static final int PENALTIES = 20;
    private static final double LEAST = 1e-4;
    private static final double ALPHA = 0.5;
    private static final int PEER_LIMIT = 300;

    @Override
    public Bench.Findings run(SparkSession spark) throws Exception {
        Map<String, Object> details = new LinkedHashMap<>(Sides.describe());
        Dataset<Row> frame = SharedData.a9a(spark);
        Columns columns = Columns.of(frame);
        List<ElasticNet> path = path(columns);
        LinearJudge judge = new LinearJudge(frame, Head.BINOMIAL, columns.sigmas());
        JobCount jobs = new JobCount(spark.sparkContext());
        List<Linear> ours = OurSolver.fitPath(frame, Head.BINOMIAL, path);
        List<Judged> peers = new ArrayList<>();
        List<Judged.Run> ends = new ArrayList<>();
        for (ElasticNet penalty : path) {
            String name = "peer at regParam %.3g".formatted(penalty.regParam());
            MllibLogistic peer = new MllibLogistic(frame, Head.BINOMIAL, penalty);
            peers.add(new Judged(name, peer, PEER_LIMIT, model -> judge.objective(model, penalty), jobs));
            ends.add(peers.get(peers.size() - 1).toTheEnd());
        }
        List<Double> oursObjectives = new ArrayList<>();
        List<Judged.Run> arrivals = new ArrayList<>();
        boolean allArrived = true;
        for (int i = 0; i < PENALTIES; i++) {
            double objective = judge.objective(ours.get(i), path.get(i));
            oursObjectives.add(objective);
            double target = Race.target(Math.min(ends.get(i).objective(), objective));
            if (objective > target) {
                throw new IllegalStateException("Not at the target %.10f at regParam %s: at %.10f"
                        .formatted(target, path.get(i).regParam(), objective));
            }
            Optional<Judged.Run> arrival = peers.get(i).arrival(ends.get(i), target);
            allArrived &= arrival.isPresent();
            arrivals.add(arrival.orElse(ends.get(i)));
        }
        Duel.Times times = Duel.run(
                () -> IntStream.range(0, PENALTIES)
                        .mapToObj(i ->
                                peers.get(i).contestant().fit(arrivals.get(i).allowed()))
                        .toList(),
                true,
                () -> OurSolver.fitPath(frame, Head.BINOMIAL, path));
        Race.Result result = new Race.Result(times, allArrived, true, times.details());
        details.putAll(result.details());
        details.put("alpha", ALPHA);
        details.put("regParams", path.stream().map(ElasticNet::regParam).toList());
        details.put("peer", arrivals.stream().map(Judged.Run::details).toList());
        details.put("oursObjectives", oursObjectives);
        return new Bench.Findings(result.headline(), details);
    }

    private static List<ElasticNet> path(Columns columns) {
        double most = 0;
        for (int j = 0; j < columns.sigmas().length; j++) {
            if (columns.sigmas()[j] > 0) {
                most = Math.max(most, Math.abs(columns.covariances()[j]) / columns.sigmas()[j] / ALPHA);
            }
        }
        double largest = most;
        return IntStream.range(0, PENALTIES)
                .mapToObj(i -> new ElasticNet(largest * Math.pow(LEAST, i / (PENALTIES - 1.0)), ALPHA))
                .toList();
    }
}
