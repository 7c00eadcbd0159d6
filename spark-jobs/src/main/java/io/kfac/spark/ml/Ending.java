package io.kfac.spark.ml;

import io.kfac.inference.Collinearity;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.LocalModel;
import io.kfac.spark.engine.GoodnessOfFit;
import io.kfac.spark.engine.Identification;
import io.kfac.spark.engine.TrainedModel;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a fit ended, and what the data say of it.
 * @param trained        of all parameters that are as good, the shortest
 * @param model          the quadratic model there, where the optimizer has one
 * @param identification where there is such a model and no penalty
 */
record Ending(
        TrainedModel trained, Penalty penalty, Optional<LocalModel> model, Optional<Identification> identification) {

    List<Collinearity.Dependence> dependences() {
        return identification.map(Identification::dependences).orElse(List.of());
    }

    private boolean hidden() {
        return trained.network().depth() > 1;
    }

    /** In the names of the table. @param rows of it */
    List<Finding> findings(List<String> names, int[] labels, boolean negated, long rows) {
        if (identification.isPresent()) {
            return new CoefficientFindings(
                            trained.network(), trained.encoding().standardization(), names, labels, negated)
                    .of(identification.get(), rows);
        }
        if (hidden() || !penalty.isNone()) {
            return List.of();
        }
        String message =
                ("Whether features are collinear or separate classes was not examined: %s ended without a Newton step."
                                + " Remedy: optimizer auto")
                        .formatted(trained.origin().optimizer());
        return List.of(new Finding(Finding.Kind.NOT_EXAMINED, message, List.of()));
    }

    Inference inference(List<String> names, int[] labels, boolean negated, Supplier<GoodnessOfFit> goodness) {
        if (identification.isEmpty() || model.flatMap(LocalModel::hessian).isEmpty()) {
            return Inference.without(refusal(), goodness);
        }
        return Inference.of(
                Inference.Evidence.of(trained, identification.get(), labels, names, negated),
                model.get(),
                identification.get().scores(),
                goodness);
    }

    private String refusal() {
        if (hidden()) {
            return "the model has hidden layers, whose weights data do not determine. Remedy: a linear model";
        }
        return penalty.isNone()
                ? "the model was fitted by %s, without its Hessian. Remedy: optimizer newton, with fewer features where that does not fit"
                        .formatted(trained.origin().optimizer())
                : "regParam is %s, and estimates that a penalty shrinks have no such distribution. Remedy: regParam 0"
                        .formatted(penalty.lambda() + penalty.l1());
    }
}
