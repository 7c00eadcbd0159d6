package io.kfac.spark.jobs;

import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.AdaptiveSpec;
import io.kfac.spark.engine.Control;
import io.kfac.spark.engine.ExactSolver;
import io.kfac.spark.engine.ExactSpec;
import io.kfac.spark.engine.FixedRateSpec;
import io.kfac.spark.engine.IdentityMetric;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Preset;
import io.kfac.spark.engine.QuasiNewtonSpec;
import io.kfac.spark.engine.SolverChoice;
import io.kfac.spark.engine.TrainingMode;
import io.kfac.spark.engine.TruncatedSpec;
import java.util.Optional;
import java.util.OptionalDouble;

/** Which optimizer with which settings; empty ones take the optimizer's own default. @param control of names that have the choice */
record OptimizerConfig(
        OptimizerName name,
        Control control,
        Penalty penalty,
        MetricConfig metric,
        StepConfig steps,
        OptionalDouble tolerance,
        Optional<ExactSolver> solver) {
    private static final String SECTION = "optimizer.";

    /** @param mode of training: what chooses the control where nobody does */
    static OptimizerConfig of(Settings settings, TrainingMode mode) {
        OptimizerName name = settings.oneOf(SECTION + "name", OptimizerName.values());
        Control control =
                settings.autoOneOf(SECTION + "control", Control.values()).orElse(mode.control());
        name.refuseOthersSettings(settings, SECTION, control, mode);
        double l1 = settings.amount(SECTION + "l1");
        if (l1 > 0 && name != OptimizerName.NEWTON && name != OptimizerName.L_BFGS) {
            throw new BadInput("Cannot use %sl1 = %s with optimizer %s. Remedy: --set optimizer.name=newton"
                    .formatted(SECTION, l1, name.key()));
        }
        return new OptimizerConfig(
                name,
                control,
                new Penalty(settings.amount(SECTION + "l2"), l1, new double[0]),
                MetricConfig.of(settings, SECTION),
                StepConfig.of(settings, SECTION),
                settings.autoPositive(SECTION + "tolerance"),
                settings.autoOneOf(SECTION + "solver", ExactSolver.values()));
    }

    /** @param choice what suits the data, where the exact optimum is asked for */
    OptimizerSpec spec(Network network, SolverChoice choice) {
        if (name == OptimizerName.NEWTON) {
            if (network.depth() > 1) {
                throw new BadInput("Cannot use optimizer newton on hidden layers: only without them is the Fisher the"
                        + " Hessian. Remedy: --set model.hidden=[], or --set optimizer.name=kfac");
            }
            return exact(choice);
        }
        if (name == OptimizerName.L_BFGS) {
            return quasiNewton(network, choice);
        }
        OptimizerSpec preset = preset(network);
        if (preset instanceof AdaptiveSpec adaptive) {
            return new AdaptiveSpec(metric.over(adaptive.metric()), steps.over(adaptive.options()));
        }
        if (preset instanceof FixedRateSpec fixed) {
            return new FixedRateSpec(metric.over(fixed.metric()), steps.over(fixed.options()));
        }
        if (preset instanceof TruncatedSpec truncated) {
            return new TruncatedSpec(metric.over(truncated.metric()), steps.over(truncated.options()));
        }
        return preset;
    }

    private OptimizerSpec preset(Network network) {
        return name == OptimizerName.SHAMPOO && metric.graft().isPresent()
                ? Preset.shampoo(metric.graft().get())
                : Preset.valueOf(name.name()).of(network, control);
    }

    private OptimizerSpec quasiNewton(Network network, SolverChoice choice) {
        double share = tolerance.orElse(Preset.TOLERANCE);
        if (network.depth() == 1) {
            return choice.quasi(share);
        }
        if (penalty.l1() > 0) {
            throw new BadInput("Cannot use %sl1 = %s with hidden layers. Remedy: l2, or --set model.hidden=[]"
                    .formatted(SECTION, penalty.l1()));
        }
        return new QuasiNewtonSpec(new IdentityMetric(), share);
    }

    private ExactSpec exact(SolverChoice choice) {
        double share = tolerance.orElse(Preset.TOLERANCE);
        return solver.isEmpty() ? choice.choose(penalty, share) : solver.get().spec(choice, penalty, share);
    }
}
