package io.kfac.spark.bench;

import io.kfac.model.Network;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.LearningRate;
import io.kfac.spark.engine.FixedRateSpec;
import io.kfac.spark.engine.LocalSpec;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * An optimizer in one way of training: as it is where nobody says anything else, or a first-order baseline at one of the rates and
 * batches that it has the best of.
 */
record Entrant(Choice choice, boolean local, String settings, OptimizerSpec spec) {
    /** Likely ones first: who comes later is cut sooner. Those that are asked for. */
    private static final double[] RATES = {1e-3, 3e-3, 3e-4, 1e-2};

    /** Gradients that nothing divides take longer steps, and are allowed them. */
    private static final double[] PLAIN_RATES = {1e-1, 3e-2, 1e-2, 3e-3};

    private static final int[] BATCHES = {1_024, 256, 4_096};

    boolean firstOrder() {
        return choice.firstOrder();
    }

    /** What it is compared as: the settings of a baseline are all one. */
    String kind() {
        return choice.key() + (local ? ", local" : "");
    }

    String name() {
        return kind() + (settings.isEmpty() ? "" : ", " + settings);
    }

    /** All of an optimizer: one, or a baseline's grid. Empty where there are no local steps of it. */
    static List<Entrant> of(Choice choice, boolean local, Network network, Plan.Workload workload) {
        OptimizerSpec spec = choice.of(network, local);
        if (!(spec instanceof FixedRateSpec fixed)) {
            return local ? List.of() : List.of(new Entrant(choice, false, "", spec));
        }
        if (!choice.firstOrder()) {
            return List.of(of(choice, local, "", fixed, network, workload));
        }
        List<Entrant> grid = new ArrayList<>();
        for (double rate : choice.plain() ? PLAIN_RATES : RATES) {
            for (int batch : BATCHES) {
                FixedRateSpec each = new FixedRateSpec(fixed.metric(), at(fixed.options(), rate, batch));
                grid.add(of(choice, local, "%.0e x %,d".formatted(rate, batch), each, network, workload));
            }
        }
        return grid;
    }

    private static Entrant of(
            Choice choice,
            boolean local,
            String settings,
            FixedRateSpec each,
            Network network,
            Plan.Workload workload) {
        if (!local) {
            return new Entrant(choice, false, settings, each);
        }
        LocalSpec spec = LocalSpec.of(each, OptionalInt.empty(), network, workload);
        String round = "%d steps a round".formatted(spec.steps());
        return new Entrant(choice, true, settings.isEmpty() ? round : settings + ", " + round, spec);
    }

    private static FixedRateOptions at(FixedRateOptions options, double rate, int batch) {
        return new FixedRateOptions(
                batch,
                new LearningRate.Constant(rate),
                options.damping(),
                options.momentum(),
                options.klLimit(),
                options.decay(),
                options.statisticsEvery(),
                options.refresh());
    }
}
