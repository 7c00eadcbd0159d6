package io.kfac.spark.engine;

import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.spark.data.TrainingData;
import java.util.List;
import java.util.Optional;

/** Says how good points are, on the same rows and by the same code whoever found them: at most some of each table, chosen by hash. */
public final class Judge implements AutoCloseable {
    private static final double MOST_ROWS = 20_000;
    private static final long SEED = 1;

    private final Optional<SparkObjective> train;
    private final Optional<SparkObjective> test;
    private final Request onTest;

    public Judge(Network network, TrainingData train, Optional<TrainingData> test) {
        this(network, Optional.of(train), test, train.labels().isPresent());
    }

    private Judge(Network network, Optional<TrainingData> train, Optional<TrainingData> test, boolean classifies) {
        this.train = train.map(rows -> objective(network, rows));
        this.test = test.map(rows -> objective(network, rows));
        this.onTest = classifies ? Request.lossAndErrors() : Request.loss();
    }

    /** By test rows alone. @param train tells whether classes are told apart */
    public static Judge ofTest(Network network, TrainingData train, TrainingData test) {
        return new Judge(
                network, Optional.empty(), Optional.of(test), train.labels().isPresent());
    }

    private static SparkObjective objective(Network network, TrainingData rows) {
        return new SparkObjective(network, rows.blocks(), rows.summary().rows(), "judging");
    }

    /** Mean losses in nats, and the share classified rightly; NaN where there is none. */
    public record Verdict(double loss, double testLoss, double testAccuracy) {}

    /** One pass over each table for all of them. */
    public List<Verdict> judge(List<Parameters> points) {
        List<Evaluation> onTrain = train.map(rows -> evaluate(rows, "on training rows", points, Request.loss()))
                .orElse(List.of());
        List<Evaluation> held =
                test.map(rows -> evaluate(rows, "on test rows", points, onTest)).orElse(List.of());
        return java.util.stream.IntStream.range(0, points.size())
                .mapToObj(i -> new Verdict(
                        onTrain.isEmpty() ? Double.NaN : onTrain.get(i).meanLoss(),
                        held.isEmpty() ? Double.NaN : held.get(i).meanLoss(),
                        held.isEmpty() || onTest == Request.loss()
                                ? Double.NaN
                                : held.get(i).accuracy()))
                .toList();
    }

    private static List<Evaluation> evaluate(
            SparkObjective objective, String purpose, List<Parameters> points, Request what) {
        RowSelection rows = RowSelection.training(SEED, 0).part(Math.min(1, MOST_ROWS / objective.rows()));
        return objective.evaluate(
                purpose, points.stream().map(at -> new Query(at, rows, what)).toList());
    }

    @Override
    public void close() {
        train.ifPresent(SparkObjective::close);
        test.ifPresent(SparkObjective::close);
    }
}
