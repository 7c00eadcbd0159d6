package io.kfac.spark.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.SymmetricEigen;
import io.kfac.optimizer.Optimizer;
import io.kfac.preconditioner.CurvatureFactor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Spectra of an optimizer's curvature factors on a doubling schedule of steps: copied while it runs, which takes next to nothing, and
 * decomposed when training has ended, as far as a budget of time goes.
 */
final class FactorSpectra {
    /** Larger ones are let be: their copies would take the driver's memory. */
    private static final int LARGEST_ORDER = 2_048;

    private static final long MOST_BYTES = 256L << 20;

    /** What copying takes of a run at most, and how long it takes: memory that was not touched before, and a sum scaled to a mean. */
    private static final double MOST_OF_RUN = 0.005;

    private static final double SECONDS_A_BYTE = 1.3e-9;

    /** Eigenvalues kept of a spectrum: all of a small one, of others those that a log axis of ranks can show. */
    private static final int KEPT = 100;

    private final List<Copy> copies = new ArrayList<>();
    private long bytes;
    private long next = 1;

    private record Copy(long step, String name, DoubleMatrix matrix) {}

    /** A spectrum. @param values descending */
    private record Spectrum(Copy of, double[] values) {}

    /** @param elapsed seconds of the run so far: a copy that it does not pay for waits for a later step */
    void onStep(long step, Optimizer optimizer, double elapsed) {
        if (step < next || optimizer.preconditioner().isEmpty()) {
            return;
        }
        List<CurvatureFactor> factors = optimizer.preconditioner().get().factors().stream()
                .filter(factor -> factor.order() <= LARGEST_ORDER)
                .toList();
        long size = factors.stream().mapToLong(FactorSpectra::bytes).sum();
        if (SECONDS_A_BYTE * (bytes + size) > MOST_OF_RUN * elapsed || bytes + size > MOST_BYTES) {
            return;
        }
        next = 2 * step;
        bytes += size;
        factors.forEach(
                factor -> copies.add(new Copy(step, factor.name(), factor.mean().get())));
    }

    private static long bytes(CurvatureFactor factor) {
        return 8L * factor.order() * factor.order();
    }

    /**
     * Lines for the run log: small factors first, of each the last and the first spectrum before those between.
     * @param seconds to be spent, about; a decomposition that would take longer, by those before it, is not begun
     */
    List<ObjectNode> lines(double seconds, LongSupplier nanoClock) {
        List<Copy> order = new ArrayList<>(copies);
        long last = copies.stream().mapToLong(Copy::step).max().orElse(0);
        order.sort(Comparator.comparingInt((Copy copy) -> copy.matrix().rows())
                .thenComparingInt(copy -> copy.step() == last ? 0 : copy.step() == 1 ? 1 : 2)
                .thenComparingLong(Copy::step));
        List<ObjectNode> lines = new ArrayList<>();
        double spent = 0;
        double perCube = 2e-10;
        for (Copy copy : order) {
            double cube = Math.pow(copy.matrix().rows(), 3);
            if (spent + perCube * cube > seconds) {
                continue;
            }
            long start = nanoClock.getAsLong();
            spectrum(copy).ifPresent(spectrum -> lines.add(line(spectrum)));
            double took = (nanoClock.getAsLong() - start) * 1e-9;
            spent += took;
            perCube = cube > 1e6 ? took / cube : perCube;
        }
        copies.clear();
        return lines;
    }

    private static Optional<Spectrum> spectrum(Copy copy) {
        return SymmetricEigen.valuesOf(copy.matrix()).map(ascending -> {
            double[] descending = new double[ascending.length];
            for (int i = 0; i < ascending.length; i++) {
                descending[i] = ascending[ascending.length - 1 - i];
            }
            return new Spectrum(copy, descending);
        });
    }

    private static ObjectNode line(Spectrum spectrum) {
        ObjectNode line = Json.object();
        ObjectNode body = line.putObject("spectrum");
        body.put("step", spectrum.of().step());
        body.put("factor", spectrum.of().name());
        body.put("order", spectrum.values().length);
        Json.number(body, "effectiveRank", effectiveRank(spectrum.values()));
        ArrayNode ranks = body.putArray("ranks");
        ArrayNode values = body.putArray("values");
        for (int rank : ranks(spectrum.values().length)) {
            ranks.add(rank);
            values.add(spectrum.values()[rank - 1]);
        }
        return line;
    }

    /** exp(-sum p log p), p the eigenvalues' shares (Roy and Vetterli 2007). Rounding may leave small negative ones. */
    static double effectiveRank(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += Math.max(0, value);
        }
        double entropy = 0;
        for (double value : values) {
            double share = value / sum;
            entropy -= share > 0 ? share * Math.log(share) : 0;
        }
        return Math.exp(entropy);
    }

    /** All from 1 to n, or so many of them spread evenly on a log axis. */
    static int[] ranks(int n) {
        if (n <= KEPT) {
            return java.util.stream.IntStream.rangeClosed(1, n).toArray();
        }
        double growth = Math.pow(n, 1.0 / (KEPT - 1));
        return java.util.stream.IntStream.range(0, KEPT)
                .map(i -> (int) Math.round(Math.pow(growth, i)))
                .map(rank -> Math.min(n, Math.max(1, rank)))
                .distinct()
                .toArray();
    }
}
