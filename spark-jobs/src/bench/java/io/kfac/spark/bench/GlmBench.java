package io.kfac.spark.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Poisson and gamma regression with the log link on 1,000,000 x 50 synthetic rows against MLlib's GeneralizedLinearRegression,
 * judged by the mean deviance; the headline is the family where we gain less. Then our seconds as rows grow a hundredfold.
 */
final class GlmBench implements Bench.Benchmark {
    private static final int ROWS = 1_000_000;

    /** MLlib's default. */
    private static final int PEER_LIMIT = 25;

    private static final int OURS_LIMIT = 50;

    @Override
    public Bench.Findings run(SparkSession spark) throws Exception {
        Map<String, Object> details = new LinkedHashMap<>(Sides.describe());
        JobCount jobs = new JobCount(spark.sparkContext());
        Race.Result headline = null;
        for (Head head : List.of(Head.POISSON, Head.GAMMA)) {
            Dataset<Row> frame = GlmData.frame(spark, head, ROWS);
            LinearJudge judge = LinearJudge.of(frame, head);
            ToDoubleFunction<Linear> deviance = model -> judge.objective(model, ElasticNet.NONE);
            Race.Result result = Race.run(
                    new Judged("peer", new MllibGlm(frame, head), PEER_LIMIT, deviance, jobs),
                    new Judged("ours", new OurLinear(frame, head, ElasticNet.NONE), OURS_LIMIT, deviance, jobs));
            frame.unpersist(true);
            System.out.printf("  %s: %s%n", head.family(), result.headline());
            details.put(head.family(), result.details());
            if (headline == null || result.times().ratio() < headline.times().ratio()) {
                headline = result;
            }
        }
        details.put("ratio", headline.times().ratio());
        details.put("oursSecondsByRows", growth(spark));
        return new Bench.Findings(headline.headline(), details);
    }

    /** Our seconds to the end of a Poisson fit, by rows. */
    private static Map<String, Object> growth(SparkSession spark) throws Exception {
        Map<String, Object> seconds = new LinkedHashMap<>();
        for (int rows = ROWS / 100; rows <= ROWS; rows *= 10) {
            Dataset<Row> frame = GlmData.frame(spark, Head.POISSON, rows);
            Contestant ours = new OurLinear(frame, Head.POISSON, ElasticNet.NONE);
            Contestant.Fit fit = ours.fit(OURS_LIMIT);
            double taken = Duel.median(List.of(
                    Duel.seconds(() -> ours.fit(OURS_LIMIT)),
                    Duel.seconds(() -> ours.fit(OURS_LIMIT)),
                    Duel.seconds(() -> ours.fit(OURS_LIMIT))));
            System.out.printf("  %,d rows: ours %.2f s, %d steps%n", rows, taken, fit.iterations());
            seconds.put(String.valueOf(rows), taken);
            frame.unpersist(true);
        }
        return seconds;
    }
}
