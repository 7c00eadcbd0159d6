package io.kfac.spark.bench;

import io.kfac.spark.data.Table;
import io.kfac.spark.table.FitOptions;
import io.kfac.spark.table.FitResult;
import io.kfac.spark.table.TableFit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * One pass of {@code kfac fit} over a cached table of ten million rows and twenty columns against Spark's own summary of it, which has
 * mean, standard deviation, least and greatest value of each. Columns are normal, lognormal, exponential, of counts and of numbers in the
 * unit interval, four of each.
 */
final class FitBench implements Bench.Benchmark {
    private static final long ROWS = 10_000_000;
    private static final int KINDS = 5;
    private static final int COLUMNS = 20;

    @Override
    public Bench.Findings run(SparkSession spark) throws Exception {
        Dataset<Row> frame = table(spark).persist();
        frame.count();
        FitOptions onePass = FitOptions.defaults().withOnePass();
        FitResult[] last = new FitResult[1];
        Duel.Times times =
                Duel.run(() -> frame.summary("mean", "stddev", "min", "max").collectAsList(), false, () -> {
                    last[0] = TableFit.run(Table.of(frame, "the table"), onePass);
                    return last[0];
                });
        Map<String, Object> details = new LinkedHashMap<>(times.details());
        double ratio = Duel.median(times.ours()) / Duel.median(times.peer());
        details.put("oursOverPeer", ratio);
        details.put("rows", last[0].rows());
        double both = Duel.seconds(() -> TableFit.run(Table.of(frame, "the table"), FitOptions.defaults()));
        details.put("twoPassesSeconds", both);
        frame.unpersist(true);
        return new Bench.Findings(
                "%.2f times a summary (%.1f s, ours %.1f s; with the second pass %.1f s)"
                        .formatted(ratio, Duel.median(times.peer()), Duel.median(times.ours()), both),
                details);
    }

    private static Dataset<Row> table(SparkSession spark) {
        List<Column> columns = new ArrayList<>();
        for (int j = 0; j < COLUMNS; j++) {
            Column normal = functions.randn(2L * j);
            Column uniform = functions.rand(2L * j + 1);
            Column column =
                    switch (j % KINDS) {
                        case 0 -> normal.multiply(3).plus(100);
                        case 1 -> functions.exp(normal);
                        case 2 -> functions.log(uniform).multiply(-2);
                        case 3 ->
                            functions.floor(functions.log(uniform).multiply(-5)).cast("int");
                        default -> functions.sqrt(uniform);
                    };
            columns.add(column.as("x" + j));
        }
        return spark.range(0, ROWS, 1, 8).select(columns.toArray(new Column[0]));
    }
}
