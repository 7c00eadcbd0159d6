package io.kfac.spark.bench;

import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.family.Gamma;
import io.kfac.family.Poisson;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.Target;
import io.kfac.spark.data.TrainingData;
import io.kfac.spark.engine.ExactSpec;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.PathRun;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.SolverChoice;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Which of our heads and solvers takes a linear model: the one place to change where the engine gains some. */
final class OurSolver {
    /** Ends a run that no target ends. */
    private static final double TOLERANCE = 1e-12;

    /** What a path's fits end by: within 1e-6 of the best objective, with room. */
    private static final double PATH_TOLERANCE = 1e-7;

    private static final int MOST_STEPS = 100;

    private OurSolver() {}

    static Network network(Head head, int features, int classes) {
        int outputs = head == Head.MULTINOMIAL ? classes : 1;
        return Network.mlp(features, List.of(), outputs, Activation.IDENTITY, family(head), Precision.DOUBLE);
    }

    private static ExponentialFamily family(Head head) {
        return switch (head) {
            case BINOMIAL -> new Bernoulli();
            case MULTINOMIAL -> new Categorical();
            case POISSON -> new Poisson().canonicalLink();
            case GAMMA -> new Gamma().logLink();
        };
    }

    static Target target(Head head) {
        return switch (head) {
            case BINOMIAL, MULTINOMIAL -> Target.label("label");
            case POISSON, GAMMA -> Target.value("label");
        };
    }

    static OptimizerSpec choose(
            Network network, Penalty penalty, Plan.Workload workload, boolean sparse, Plan.Limits limits) {
        return new SolverChoice(network, workload, sparse, limits).choose(penalty, TOLERANCE);
    }

    /** Models of a whole path of penalties, one for each, in their order, by one call. */
    static List<Linear> fitPath(Dataset<Row> frame, Head head, List<ElasticNet> penalties) {
        try (TrainingData data = TrainingData.load(Table.of(frame), OurLinear.options(head))) {
            Network network =
                    network(head, data.summary().features(), data.summary().classes());
            TrainingOptions until = TrainingOptions.defaults(MOST_STEPS, 1, 0);
            List<PathRun.Member> members = penalties.stream()
                    .map(penalty -> new PathRun.Member(
                            new ExactSpec.Newton(PATH_TOLERANCE), OurLinear.penalty(penalty), until, step -> {}))
                    .toList();
            return new PathRun(network)
                    .run(data, members).stream()
                            .map(outcome -> OurLinear.raw(
                                    network,
                                    outcome.result().parameters(),
                                    data.encoding().standardization()))
                            .toList();
        }
    }
}
