package io.kfac.spark.engine;

import io.kfac.model.Network;
import io.kfac.objective.Penalty;

/**
 * Which exact solver suits a model without hidden layers: the fastest, by a rough estimate of its steps, of those that fit into
 * memory. A whole Hessian of p parameters takes p^2 numbers on the driver and k^2 d^2 / 2 products a row; L-BFGS takes many passes of
 * k d products a row. Conjugate gradients are there for whoever asks for them: measured, they took twice the passes of L-BFGS with the
 * same preconditioner.
 */
public final class SolverChoice {
    /** Products a second of one core: Gram matrices of dense rows in double, of sparse ones, and X w, which memory bounds. */
    private static final double DENSE_GRAM = 20e9;

    private static final double SPARSE_GRAM = 0.4e9;
    private static final double DENSE_PRODUCT = 2.5e9;
    private static final double SPARSE_PRODUCT = 0.4e9;
    private static final double CHOLESKY = 10e9;
    private static final double WIRE_BYTES = 0.5e9;
    private static final double JOB_SECONDS = 0.03;
    /** Passes of L-BFGS that do as much as a step of Newton's, about. */
    private static final double PASSES = 15;

    /** Numbers p^2 that the driver holds at once: Hessian, sums and factors. */
    private static final double COPIES = 6;

    /** Share of the driver's memory that they may take. */
    private static final double SHARE = 0.4;

    /** Widest input layer whose Kronecker factor is worth its Cholesky factorisation. */
    private static final int WIDEST_FACTOR = 4_096;

    private final Network network;
    private final Plan.Workload data;
    private final boolean sparse;
    private final long driverBytes;

    /**
     * @param sparse      whether blocks are
     * @param driverBytes memory of the driver
     */
    public SolverChoice(Network network, Plan.Workload data, boolean sparse, long driverBytes) {
        this.network = network;
        this.data = data;
        this.sparse = sparse;
        this.driverBytes = driverBytes;
    }

    /** @param tolerance share of the loss that the Newton decrement may be at the end */
    public ExactSpec choose(Penalty penalty, double tolerance) {
        boolean fits = hessianBytes() <= SHARE * driverBytes;
        if (penalty.l1() > 0) {
            return fits && newtonSeconds() < 100 * passSeconds() ? new ExactSpec.Newton(tolerance) : quasi(tolerance);
        }
        return fits && newtonSeconds() <= quasiSeconds() ? new ExactSpec.Newton(tolerance) : quasi(tolerance);
    }

    /** L-BFGS or OWL-QN, with the preconditioner that there is room for. */
    public ExactSpec.QuasiNewton quasi(double tolerance) {
        Preconditioning preconditioner = preconditioning();
        return new ExactSpec.QuasiNewton(
                tolerance, preconditioner == Preconditioning.DIAGONAL ? Preconditioning.NONE : preconditioner);
    }

    /** Newton by conjugate gradients, with the preconditioner that the input layer's width allows. */
    public ExactSpec.TruncatedNewton truncated(double tolerance) {
        return new ExactSpec.TruncatedNewton(tolerance, preconditioning());
    }

    private Preconditioning preconditioning() {
        if (network.inputColumns() > WIDEST_FACTOR) {
            return Preconditioning.DIAGONAL;
        }
        return blockBytes() <= SHARE * driverBytes ? Preconditioning.BLOCKS : Preconditioning.KRONECKER;
    }

    /** Hessians that there is room for at once. */
    public int hessians() {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, SHARE * driverBytes / hessianBytes()));
    }

    private double blockBytes() {
        double d = network.inputColumns();
        return COPIES * Double.BYTES * network.outputs() * d * d;
    }

    private double hessianBytes() {
        double p = network.size();
        // No array, and so no matrix, holds more numbers.
        return p * p > Integer.MAX_VALUE - 8 ? Double.POSITIVE_INFINITY : COPIES * Double.BYTES * p * p;
    }

    private double nonzeros() {
        int entryBytes = network.precision().bytes() + (sparse ? Integer.BYTES : 0);
        return (double) data.dataBytes() / Math.max(1, data.rows()) / entryBytes;
    }

    /** Of a step: Hessian, its factors, its way to the driver, and the losses. */
    private double newtonSeconds() {
        double p = network.size();
        double k = network.outputs();
        double blocks = k * (k + 1) / 2;
        double gram =
                data.rows() * blocks * nonzeros() * nonzeros() / (sparse ? SPARSE_GRAM : DENSE_GRAM) / data.slots();
        double wire = Double.BYTES * p * p / 2 * data.partitions() / WIRE_BYTES;
        return gram + p * p * p / CHOLESKY + wire + 2 * passSeconds();
    }

    /** Of the passes that do as much as a step of Newton's. */
    private double quasiSeconds() {
        return PASSES * passSeconds();
    }

    /** Of a pass that takes a gradient or a Fisher product. */
    private double passSeconds() {
        double products = 4 * data.rows() * nonzeros() * network.outputs();
        double wire = 3.0 * Double.BYTES * network.size() * data.partitions() / WIRE_BYTES;
        return products / (sparse ? SPARSE_PRODUCT : DENSE_PRODUCT) / data.slots() + wire + JOB_SECONDS;
    }
}
