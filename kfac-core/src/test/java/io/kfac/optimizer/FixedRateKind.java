package io.kfac.optimizer;

import io.kfac.curvature.FisherKind;
import io.kfac.model.Network;
import io.kfac.preconditioner.AdamPreconditioner;
import io.kfac.preconditioner.BlockFisherPreconditioner;
import io.kfac.preconditioner.DiagonalPreconditioner;
import io.kfac.preconditioner.EigenKroneckerPreconditioner;
import io.kfac.preconditioner.FullFisherPreconditioner;
import io.kfac.preconditioner.GraftedPreconditioner;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.preconditioner.LocalPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import io.kfac.preconditioner.ShampooPreconditioner;
import io.kfac.preconditioner.ShampooPreconditioner.Options;
import io.kfac.preconditioner.ShampooPreconditioner.Sides;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** A preconditioner and the steps of a fixed rate that go with it. */
record FixedRateKind(LocalPreconditioner.Factory preconditioner, FixedRateOptions options) {
    static final int BATCH = 48;
    static final Momentum BALL = new Momentum.HeavyBall(0.9);
    private static final Momentum AVERAGE = new Momentum.GradientAverage(0.9);

    /** The first A from all rows at all times: else it would be kept once enough partitions have brought enough rows. */
    private static final KroneckerPreconditioner.Options WHOLE =
            new KroneckerPreconditioner.Options(FisherKind.SAMPLED, 0.9, Double.POSITIVE_INFINITY);

    private static final Map<String, Function<Network, Preconditioner>> GRAFTS = Map.of(
            "sgd", network -> new IdentityPreconditioner(),
            "rmsprop", network -> new AdamPreconditioner(network, 0.9),
            "adam", network -> new AdamPreconditioner(network, 0.99));

    /** Every metric and, where it has options that change what it remembers, each of them. */
    static SortedMap<String, FixedRateKind> all() {
        SortedMap<String, FixedRateKind> all = new TreeMap<>();
        all.put("kfac-clipped", clipped(FixedRateKind::kronecker, 0.3).every(2, 3));
        all.put("kfac-drift", clipped(FixedRateKind::kronecker, 0.3).atDrift(0.1));
        all.put(
                "ekfac",
                clipped(network -> new EigenKroneckerPreconditioner(network, WHOLE), 0.1)
                        .every(2, 4));
        all.put("natural", plain(network -> new FullFisherPreconditioner(network, FisherKind.EXACT, 0.5), 0.1, 1e-2));
        all.put(
                "natural-blocks",
                plain(network -> new BlockFisherPreconditioner(network, FisherKind.EXACT, 0.5, 12), 0.1, 1e-2));
        all.put(
                "diagonal",
                of(
                                network -> new DiagonalPreconditioner(network, FisherKind.SAMPLED, 0.5),
                                0.01,
                                1e-2,
                                new Momentum.None())
                        .every(1, 2));
        FixedRateKind adam = of(network -> new AdamPreconditioner(network, 0.999), 0.01, 1e-8, AVERAGE);
        all.put("adam", adam);
        all.put("adamw", new FixedRateKind(adam.preconditioner(), adam.options().decayed(0.1)));
        all.put("rmsprop", of(network -> new AdamPreconditioner(network, 0.9), 0.001, 1e-8, new Momentum.None()));
        all.put("sgd", plain(network -> new IdentityPreconditioner(), 0.1, 0));
        all.put("nesterov", of(network -> new IdentityPreconditioner(), 0.1, 0, new Momentum.Nesterov(0.9)));
        all.put("shampoo-sums", shampoo(new Options(Sides.TWO, 1, 100)));
        all.put("shampoo-blocks", shampoo(new Options(Sides.ONE, 0.9, 3)).every(1, 2));
        all.put("shampoo-drift", shampoo(new Options(Sides.TWO, 0.9, 100)).atDrift(0.1));
        for (Sides sides : Sides.values()) {
            String name = "shampoo-" + sides.name().toLowerCase(Locale.ROOT);
            all.put(name, shampoo(new Options(sides, 0.9, 100)));
            GRAFTS.forEach((graft, length) -> all.put(name + "-" + graft, grafted(sides, length, 0)));
        }
        return all;
    }

    /** Shampoo that follows another's steps for some batches. */
    static FixedRateKind warming(int batches) {
        return grafted(Sides.TWO, GRAFTS.get("adam"), batches);
    }

    static Preconditioner kronecker(Network network) {
        return new KroneckerPreconditioner(network, WHOLE);
    }

    private static FixedRateKind clipped(LocalPreconditioner.Factory preconditioner, double rate) {
        return new FixedRateKind(
                preconditioner, FixedRateOptions.plain(BATCH, rate, 1e-2, BALL).clippedAt(1e-3));
    }

    private static FixedRateKind shampoo(Options options) {
        return plain(network -> new ShampooPreconditioner(network, options), 0.05, 1e-4);
    }

    private static FixedRateKind grafted(Sides sides, Function<Network, Preconditioner> length, int warmup) {
        return of(
                network -> new GraftedPreconditioner(
                        network,
                        new ShampooPreconditioner(network, new Options(sides, 0.9, 100)),
                        length.apply(network),
                        warmup),
                0.01,
                1e-4,
                AVERAGE);
    }

    private static FixedRateKind plain(LocalPreconditioner.Factory preconditioner, double rate, double damping) {
        return of(preconditioner, rate, damping, BALL);
    }

    private static FixedRateKind of(
            LocalPreconditioner.Factory preconditioner, double rate, double damping, Momentum momentum) {
        return new FixedRateKind(preconditioner, FixedRateOptions.plain(BATCH, rate, damping, momentum));
    }

    FixedRateKind every(int statistics, int refreshes) {
        return new FixedRateKind(preconditioner, options.every(statistics, refreshes));
    }

    private FixedRateKind atDrift(double tolerance) {
        return new FixedRateKind(
                preconditioner,
                new FixedRateOptions(
                        BATCH,
                        options.rate(),
                        options.damping(),
                        options.momentum(),
                        options.klLimit(),
                        options.decay(),
                        1,
                        new Refresh.Drift(tolerance)));
    }
}
