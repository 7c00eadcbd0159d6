package io.kfac.spark.bench;

import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.spark.data.Target;
import io.kfac.spark.engine.OptimizerSpec;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Which of our heads and solvers takes a linear model: the one place to change where the engine gains some. */
final class OurSolver {
    /** Ends a run that no target ends. */
    private static final double TOLERANCE = 1e-12;

    /** Parameters of which the whole Hessian is cheap enough. */
    private static final int EXACT = 2_000;

    private OurSolver() {}

    static Network network(Head head, int features, int classes) {
        int outputs = head == Head.MULTINOMIAL ? classes : 1;
        return Network.mlp(features, List.of(), outputs, Activation.IDENTITY, family(head), Precision.DOUBLE);
    }

    private static ExponentialFamily family(Head head) {
        return switch (head) {
            case BINOMIAL -> new Bernoulli();
            case MULTINOMIAL -> new Categorical();
            case POISSON, GAMMA ->
                throw new UnsupportedOperationException(
                        "Cannot fit a %s model: this head is not built yet".formatted(head.family()));
        };
    }

    static Target target(Head head) {
        return switch (head) {
            case BINOMIAL, MULTINOMIAL -> Target.label("label");
            case POISSON, GAMMA -> Target.value("label");
        };
    }

    static OptimizerSpec choose(Network network) {
        return network.size() <= EXACT ? new OptimizerSpec.Newton(TOLERANCE) : OptimizerSpec.Kfac.defaults(network);
    }

    /** Models of a whole path of penalties, one for each, in their order, by one call. */
    static List<Linear> fitPath(Dataset<Row> frame, Head head, List<ElasticNet> penalties) {
        throw new UnsupportedOperationException(
                "Cannot fit %s models of %d rows along a path of %d penalties: not built yet"
                        .formatted(head.family(), frame.count(), penalties.size()));
    }
}
