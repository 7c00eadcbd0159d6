package io.kfac.spark.engine;

import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.spark.data.Storage;
import io.kfac.spark.data.TrainingData;
import java.util.List;
import java.util.stream.Stream;

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

    /** The same for OWL-QN, which is slower yet. */
    private static final double PROXIMAL_PASSES = 100;

    /** Numbers p^2 that the driver holds at once: Hessian, sums and factors. */
    private static final double COPIES = 6;

    /** Share of a memory that Hessians may take. */
    private static final double SHARE = 0.4;

    /** Largest factor that is worth its Cholesky factorisation. */
    private static final int WIDEST_FACTOR = 4_096;

    /** Bytes of data that the driver may be brought, and the share of its memory that they may take. */
    private static final double MOST_COLLECTED = 64 << 20;

    private static final double COLLECTED_SHARE = 0.05;

    /** Bytes of all partitions' answers that the driver adds up in their order; twice as many before they are added by groups. */
    private static final double MOST_ANSWERS = OrderedSum.COLLECT_BYTES / 2.0;

    /** Taken anew at each point, never averaged over points. */
    private static final Metric KRONECKER = new KroneckerMetric(FisherKind.SAMPLED, 0);

    private final Network network;
    private final Plan.Workload data;
    private final boolean sparse;
    private final Plan.Limits limits;

    /** @param sparse whether blocks are */
    public SolverChoice(Network network, Plan.Workload data, boolean sparse, Plan.Limits limits) {
        this.network = network;
        this.data = data;
        this.sparse = sparse;
        this.limits = limits;
    }

    static SolverChoice of(Network network, TrainingData data) {
        boolean sparse = data.summary().storage() == Storage.SPARSE;
        return new SolverChoice(
                network,
                Plan.Workload.of(data),
                sparse,
                ClusterLimits.of(data.blocks().context()));
    }

    /**
     * Whether the driver goes through the rows of an exact solver's passes in less time than jobs would, and has room for them: around
     * little data, jobs take longer than what is done in them.
     */
    public boolean onDriver(OptimizerSpec spec) {
        boolean hessian = spec instanceof ExactSpec.Newton;
        return spec.exact() && driverSeconds(hessian) <= executorSeconds(hessian) && hasRoom(spec);
    }

    /** Answers are so small that a {@link OrderedSum} would not add them by groups, which would be another order. */
    private boolean hasRoom(OptimizerSpec spec) {
        Plan plan = Plan.of(network, spec, data);
        double collected = collectedBytes();
        double tasks = (double) plan.taskBytes() * driverTasks();
        return collected <= Math.min(MOST_COLLECTED, COLLECTED_SHARE * limits.driver())
                && (limits.maxResult() == 0 || 2 * collected <= limits.maxResult())
                && (double) plan.answerBytes() * data.partitions() <= MOST_ANSWERS
                && 2 * collected + tasks <= SHARE * limits.driver();
    }

    /** Features, and of each row its id, weight, target and offset. */
    long collectedBytes() {
        return data.dataBytes() + 4L * Double.BYTES * data.rows();
    }

    /** @param tolerance share of the loss that the Newton decrement may be at the end */
    public ExactSpec choose(Penalty penalty, double tolerance) {
        ExactSpec newton = new ExactSpec.Newton(tolerance);
        double patience = penalty.l1() > 0 ? PROXIMAL_PASSES : PASSES;
        ExactSpec quasi = quasi(tolerance);
        return newtonSeconds(newton) <= patience * passSeconds(quasi) && fits(newton) ? newton : quasi;
    }

    /** L-BFGS or OWL-QN, with the best preconditioner that there is room for. */
    public ExactSpec quasi(double tolerance) {
        // Without any where the diagonal is all there is room for: it misleads L-BFGS.
        return firstThatFits(Stream.of(new OutputBlockMetric(), KRONECKER, new IdentityMetric())
                .map(metric -> new ExactSpec.QuasiNewton(tolerance, metric)));
    }

    /** Newton by conjugate gradients, with the best preconditioner that there is room for. */
    public ExactSpec truncated(double tolerance) {
        return firstThatFits(Stream.of(new OutputBlockMetric(), KRONECKER, new DiagonalMetric(FisherKind.EXACT))
                .map(metric -> new ExactSpec.TruncatedNewton(tolerance, metric)));
    }

    /** The last one if none does: its plan says what is missing. */
    private ExactSpec firstThatFits(Stream<ExactSpec> candidates) {
        List<ExactSpec> all = candidates.toList();
        return all.stream()
                .filter(spec -> spec.statistics().stream()
                        .flatMap(kind -> kind.orders(network).stream())
                        .allMatch(order -> order <= WIDEST_FACTOR))
                .filter(this::fits)
                .findFirst()
                .orElse(all.get(all.size() - 1));
    }

    private boolean fits(ExactSpec spec) {
        return Plan.of(network, spec, data).fits(limits);
    }

    /** Hessians that there is room for at once: on the driver, in tasks and among their answers. */
    public int hessians() {
        double p = (double) network.size() * network.size();
        double driver = limits.driver() / (COPIES * Double.BYTES * p);
        boolean near = onDriver(new ExactSpec.Newton(1));
        double tasks = near ? driverTasks() : Math.min(limits.coresPerExecutor(), data.partitions());
        double executor = (near ? limits.driver() : limits.executor()) / (tasks * 2 * Double.BYTES * p);
        double answer = Double.BYTES * p / 2;
        double results = limits.maxResult() > 0 ? limits.maxResult() / (answer * data.partitions()) : driver;
        double array = Integer.MAX_VALUE / answer;
        double least = Math.min(Math.min(driver, executor), Math.min(results, array));
        if (near) {
            least = Math.min(least, MOST_ANSWERS / (answer * data.partitions()) / SHARE);
        }
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, SHARE * least));
    }

    private double nonzeros() {
        int entryBytes = network.precision().bytes() + (sparse ? Integer.BYTES : 0);
        return (double) data.dataBytes() / Math.max(1, data.rows()) / entryBytes;
    }

    /** Of a step: Hessian, its factors, its way to the driver, and the losses. */
    private double newtonSeconds(ExactSpec newton) {
        double p = network.size();
        boolean near = onDriver(newton);
        double passes =
                near ? driverSeconds(true) + driverSeconds(false) : executorSeconds(true) + executorSeconds(false);
        return passes + p * p * p / CHOLESKY;
    }

    /** Of a pass that takes a gradient or a Fisher product. */
    private double passSeconds(ExactSpec spec) {
        return onDriver(spec) ? driverSeconds(false) : executorSeconds(false);
    }

    /** Of a pass by a job. @param hessian whether it is of a whole Hessian */
    private double executorSeconds(boolean hessian) {
        double numbers = hessian
                ? grams().stream()
                        .mapToDouble(order -> order * (order + 1.0) / 2)
                        .sum()
                : 3.0 * network.size();
        double wire = Double.BYTES * numbers * data.partitions() / WIRE_BYTES;
        return coreSeconds(hessian) / data.slots() + wire + JOB_SECONDS;
    }

    private double driverSeconds(boolean hessian) {
        return coreSeconds(hessian) / driverTasks();
    }

    private int driverTasks() {
        return Math.min(limits.driverCores(), data.partitions());
    }

    /** Of a pass on one core. */
    private double coreSeconds(boolean hessian) {
        double rows = data.rows();
        double products = 4 * rows * nonzeros() * network.outputs() / (sparse ? SPARSE_PRODUCT : DENSE_PRODUCT);
        double gram = rows * grams().size() * nonzeros() * nonzeros() / (sparse ? SPARSE_GRAM : DENSE_GRAM);
        return hessian ? products + gram : products;
    }

    private List<Integer> grams() {
        return new FullFisher(FisherKind.EXACT, 0).orders(network);
    }
}
