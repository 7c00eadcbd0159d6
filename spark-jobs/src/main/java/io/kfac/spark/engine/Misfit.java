package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.optimizer.DampingSearch;
import java.util.Optional;

/** Why a plan cannot be run within limits, and what would help. */
record Misfit(Plan plan, Plan.Limits limits) {
    /** Share of a JVM's memory that we count on: the rest is for Spark, serialised results and the garbage of a step. */
    private static final double USABLE = 0.7;

    /** A Java array has at most so many elements, and a matrix is one array. */
    private static final int MOST_NUMBERS = Integer.MAX_VALUE - 8;

    private static final double MOST_ORDER = Math.floor(Math.sqrt(MOST_NUMBERS));

    /** Queries travel as one array of bytes. */
    private static final double MOST_SENT = Integer.MAX_VALUE - 4096;

    /** Of the first thing that does not fit: the problem and its remedies; empty where everything fits. */
    Optional<String> text() {
        return plan.optimizer()
                .statistics()
                .flatMap(this::hugeMatrices)
                .or(this::hugeSearch)
                .or(this::results)
                .or(this::driver)
                .or(this::executor);
    }

    private Optional<String> hugeMatrices(CurvatureKind kind) {
        long numbers = plan.network().size();
        for (int order : kind.orders(plan.network())) {
            numbers += Metric.Needs.packed(order);
            if (order > MOST_ORDER) {
                return misfit(
                        "its curvature has a matrix of order %,d, and a Java array ends at order %,.0f"
                                .formatted(order, MOST_ORDER),
                        "fewer features (--set data.maxCategories=..., --set data.drop=[...])");
            }
        }
        return numbers <= MOST_NUMBERS
                ? Optional.empty()
                : misfit(
                        "the curvature sums of a batch are %,d numbers, and a Java array ends at %,d"
                                .formatted(numbers - plan.network().size(), MOST_NUMBERS),
                        "narrower layers (--set model.hidden=[...])");
    }

    private Optional<String> hugeSearch() {
        double sent = (double) DampingSearch.POINTS
                * plan.network().size()
                * plan.network().precision().bytes();
        return !plan.optimizer().searchesDamping() || sent <= MOST_SENT
                ? Optional.empty()
                : misfit(
                        "the search for its damping sends %s at once, and a Java array ends at %s"
                                .formatted(Bytes.text((long) sent), Bytes.text((long) MOST_SENT)),
                        "--set optimizer.damping=1e-3, which leaves the search out");
    }

    private Optional<String> results() {
        long result = plan.resultBytes();
        return limits.maxResult() == 0 || result <= limits.maxResult()
                ? Optional.empty()
                : misfit(
                        "each step brings %s to the driver, and spark.driver.maxResultSize is %s"
                                .formatted(Bytes.text(result), Bytes.text(limits.maxResult())),
                        "--conf spark.driver.maxResultSize=%s".formatted(Bytes.setting(2 * result)));
    }

    private Optional<String> driver() {
        long driver = plan.driverNeed(limits);
        return driver <= USABLE * limits.driver()
                ? Optional.empty()
                : misfit(
                        "the driver needs about %s, and has %s to use"
                                .formatted(Bytes.text(driver), usable(limits.driver())),
                        "--driver-memory %s".formatted(Bytes.setting((long) (driver / USABLE))));
    }

    private Optional<String> executor() {
        long executor = plan.executorBytes(limits);
        return limits.oneJvm() || executor <= USABLE * limits.executor()
                ? Optional.empty()
                : misfit(
                        "an executor of %d tasks needs about %s, and has %s to use"
                                .formatted(limits.coresPerExecutor(), Bytes.text(executor), usable(limits.executor())),
                        "--executor-memory %s, or fewer --executor-cores"
                                .formatted(Bytes.setting((long) (executor / USABLE))));
    }

    private static String usable(long memory) {
        return Bytes.text((long) (USABLE * memory));
    }

    private Optional<String> misfit(String problem, String remedy) {
        return Optional.of("%s. Remedy: %s; or %s".formatted(problem, remedy, otherwise()));
    }

    private String otherwise() {
        if (plan.optimizer() instanceof ExactSpec.Newton) {
            return "optimizer l-bfgs (--set optimizer.solver=l-bfgs)";
        }
        if (plan.optimizer() instanceof ExactSpec) {
            return "fewer features (--set data.maxCategories=..., --set data.drop=[...])";
        }
        if (plan.optimizer().metric() instanceof LayerBlockMetric blocks) {
            return "smaller blocks (--set optimizer.block=%d)".formatted(Math.max(1, blocks.most() / 4));
        }
        if (plan.optimizer().metric() instanceof FullFisherMetric) {
            return "--set optimizer.name=kfac";
        }
        String narrower = "narrower layers (--set model.hidden=[...])";
        return plan.optimizer().statistics().isPresent() ? narrower + ", or --set optimizer.name=adam" : narrower;
    }
}
