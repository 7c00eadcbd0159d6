package io.kfac.spark.ml;

import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.inference.Collinearity;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.Certificate;
import io.kfac.optimizer.LocalModel;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.DataSummary;
import io.kfac.spark.data.Storage;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.Target;
import io.kfac.spark.data.TrainingData;
import io.kfac.spark.engine.BlasCensus;
import io.kfac.spark.engine.ClusterLimits;
import io.kfac.spark.engine.GoodnessOfFit;
import io.kfac.spark.engine.Identification;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.PathRun;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.SolverChoice;
import io.kfac.spark.engine.StopLimits;
import io.kfac.spark.engine.TrainedModel;
import io.kfac.spark.engine.TrainingMode;
import io.kfac.spark.engine.TrainingRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.PredictorParams;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructField;

/**
 * One fit, from columns of a table to a network on the raw features. Rows are cached as blocks while it is open; nothing else of
 * the session is touched.
 */
final class Fit implements AutoCloseable {
    private final long start = System.nanoTime();
    private final KfacParams params;
    private final SparkContext context;
    private final Table table;
    private final DataOptions options;
    private final TrainingData data;
    private final List<String> names;
    private final boolean hidden;
    private final List<Finding> findings = new ArrayList<>();
    private int common;

    /**
     * What came of it.
     * @param network    on raw features, in double
     * @param parameters in double
     * @param scores     on all training rows; empty for models that needed no training
     * @param inference  what it says about coefficients
     */
    record Result(
            Network network,
            Parameters parameters,
            FitReport report,
            TrainedModel.Origin origin,
            Optional<Evaluation> scores,
            Inference inference) {}

    /**
     * @param columns the estimator, once more: names of columns
     * @param offset  column, where there is one
     */
    Fit(KfacParams params, PredictorParams columns, Dataset<?> dataset, Target target, Optional<String> offset) {
        this.params = params;
        this.context = dataset.sparkSession().sparkContext();
        this.hidden = params.getHiddenLayers().length > 0;
        StructField features = dataset.schema().apply(columns.getFeaturesCol());
        this.table = Table.of(dataset.toDF(), "the training data");
        this.options = FitData.of(params, features.name(), target, offset);
        this.data = TrainingData.load(table, options);
        this.names = FeatureNames.of(features, data.summary().features());
    }

    TrainingData data() {
        return data;
    }

    /** Of the data, before any training: in the reports of all results. */
    void find(Finding finding) {
        findings.add(finding);
        common = findings.size();
    }

    /** Of the hidden layers that were asked for, and the given outputs. */
    Network network(int outputs, ExponentialFamily family) {
        Activation activation = Activation.of(params.getActivation());
        boolean bias = params.getFitIntercept();
        List<Layer> layers = new ArrayList<>();
        int width = data.summary().features();
        for (int next : params.getHiddenLayers()) {
            layers.add(new Layer(width, next, activation, bias));
            width = next;
        }
        layers.add(new Layer(width, outputs, Activation.IDENTITY, bias));
        return new Network(layers, family, data.summary().precision());
    }

    /** A report of a model that needs no training. */
    Result without(Network network, String reason) {
        Network raw = inDouble(network);
        return new Result(
                raw,
                Parameters.zeros(raw, Precision.DOUBLE),
                report(new double[] {0}, Optional.empty(), 0, 0, reason),
                new TrainedModel.Origin("none", 0, data.summary().rows(), params.getSeed()),
                Optional.empty(),
                Inference.without(reason, () -> {
                    throw new IllegalStateException("Cannot tell the goodness of fit: %s".formatted(reason));
                }));
    }

    /**
     * Trains: one result a penalty, in their order, from the strongest one on, each by what suits it.
     * @param regParams of each
     * @param labels  of the outputs
     * @param negated whether outputs are those of the model with the other sign
     */
    List<Result> train(Network network, double[] regParams, int[] labels, boolean negated) {
        int[] strongestFirst = IntStream.range(0, regParams.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -regParams[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        List<List<Double>> histories = new ArrayList<>();
        List<PathRun.Member> members = new ArrayList<>();
        for (int i : strongestFirst) {
            Penalty penalty = penalty(regParams[i]);
            OptimizerSpec spec = spec(network, penalty);
            List<Double> history = new ArrayList<>();
            histories.add(history);
            members.add(new PathRun.Member(spec, penalty, stop(spec), step -> history.add(step.loss())));
        }
        List<TrainingRun.Outcome> outcomes = new PathRun(network).run(data, members);
        Result[] results = new Result[regParams.length];
        for (int i = 0; i < results.length; i++) {
            results[strongestFirst[i]] =
                    result(network, members.get(i), outcomes.get(i), histories.get(i), labels, negated);
        }
        return List.of(results);
    }

    private Result result(
            Network network,
            PathRun.Member member,
            TrainingRun.Outcome outcome,
            List<Double> history,
            int[] labels,
            boolean negated) {
        Penalty penalty = member.penalty();
        history.add(outcome.certificate()
                .map(Certificate::objective)
                .orElseGet(() -> penalty.meanLoss(
                        network, outcome.result().parameters(), outcome.train().orElseThrow())));
        TrainedModel.Origin origin = new TrainedModel.Origin(
                member.optimizer().title(),
                outcome.result().steps(),
                data.summary().rows(),
                params.getSeed());
        if (outcome.local().astray()) {
            findings.add(new Finding(
                    Finding.Kind.WORKERS_ASTRAY,
                    "By local steps, %s. Remedy: another optimizer, standardized features, or mode synchronous"
                            .formatted(outcome.local()),
                    List.of()));
        }
        Ending ending = ending(network, outcome.result().parameters(), outcome.localModel(), penalty, origin);
        return result(
                ending.trained(),
                history.stream().mapToDouble(Double::doubleValue).toArray(),
                outcome.certificate(),
                outcome.result().epochs(),
                outcome.cost().jobs(),
                outcome.result().stopReason(),
                outcome.train(),
                inference(ending, labels, negated));
    }

    private Result result(
            TrainedModel trained,
            double[] history,
            Optional<Certificate> certificate,
            double passes,
            long jobs,
            String reason,
            Optional<Evaluation> scores,
            Inference inference) {
        certificate
                .filter(c -> !c.converged())
                .ifPresent(c -> findings.add(new Finding(
                        Finding.Kind.NOT_CONVERGED,
                        "The fit ended before it converged (%s): the objective may be %.3g above its infimum, or more"
                                .formatted(reason, c.decrement()),
                        List.of())));
        Network raw = inDouble(trained.network());
        return new Result(
                raw,
                RawScale.of(raw, trained.parameters(), data.encoding().standardization()),
                report(history, certificate, passes, jobs, reason),
                trained.origin(),
                scores,
                inference);
    }

    private Plan.Workload workload() {
        DataSummary found = data.summary();
        return new Plan.Workload(found.rows(), found.partitions(), context.defaultParallelism(), found.bytes());
    }

    private Ending ending(
            Network network, Parameters at, Optional<LocalModel> model, Penalty penalty, TrainedModel.Origin origin) {
        Optional<Identification> identification = model.filter(m -> penalty.isNone() && !hidden)
                .map(m -> Identification.of(network, data, at, m, params.getRobust()));
        Parameters shortest = identification.map(i -> i.shortest(network, at)).orElse(at);
        return new Ending(new TrainedModel(network, shortest, data.encoding(), origin), penalty, model, identification);
    }

    private Inference inference(Ending ending, int[] labels, boolean negated) {
        findings.addAll(ending.findings(names, labels, negated, data.summary().rows()));
        return ending.inference(names, labels, negated, goodness(ending.trained(), ending.dependences()));
    }

    /** Reads the table once more when it is asked: few ask. */
    private Supplier<GoodnessOfFit> goodness(TrainedModel trained, List<Collinearity.Dependence> dependences) {
        Table rows = table;
        DataOptions as = options;
        Network network = trained.network();
        long constant = Arrays.stream(data.columnSigmas()).filter(s -> s == 0).count();
        int idle = hidden ? 0 : (int) constant + dependences.size();
        int columns = network.inputColumns() - idle;
        boolean differences = network.family() instanceof Categorical;
        int free = hidden ? network.size() : (differences ? network.outputs() - 1 : network.outputs()) * columns;
        return () -> {
            try (TrainingData again = TrainingData.load(rows, as)) {
                return GoodnessOfFit.of(trained, again, free);
            }
        };
    }

    private static Network inDouble(Network network) {
        return new Network(network.layers(), network.family(), Precision.DOUBLE);
    }

    private OptimizerSpec spec(Network network, Penalty penalty) {
        boolean sparse = data.summary().storage() == Storage.SPARSE;
        SolverChoice choice = new SolverChoice(network, workload(), sparse, ClusterLimits.of(context));
        OptionalDouble damping =
                params.isDefined(params.damping()) ? OptionalDouble.of(params.getDamping()) : OptionalDouble.empty();
        TrainingMode mode = Optimizers.mode(params.getMode());
        OptimizerSpec optimizer = Optimizers.spec(
                params.getOptimizer(), network, penalty, params.getTol(), damping, mode.control(), choice);
        return mode.of(optimizer, OptionalInt.empty(), network, workload());
    }

    /** MLlib's: on coefficients of standardised features, or, without standardization, of raw ones. */
    private Penalty penalty(double regParam) {
        double[] sigmas = data.columnSigmas();
        double[] scales = params.getStandardization() || hidden
                ? new double[0]
                : Arrays.stream(sigmas).map(s -> s > 0 ? 1 / s : 0).toArray();
        double l1 = params.getElasticNetParam() * regParam;
        return new Penalty(regParam - l1, l1, scales);
    }

    /** {@code maxIter} counts steps, and passes where steps take small batches. Models without hidden layers train on all rows. */
    private TrainingOptions stop(OptimizerSpec spec) {
        int most = steps();
        long rows = data.summary().rows();
        boolean counted = spec.exact() || spec.adaptive();
        return new StopLimits(
                        counted ? OptionalInt.of(most) : OptionalInt.empty(),
                        counted ? OptionalDouble.empty() : OptionalDouble.of(most),
                        OptionalDouble.of(hidden ? TrainingOptions.defaultValidation(rows) : 0),
                        OptionalInt.empty(),
                        5,
                        1e-3,
                        true,
                        params.getSeed())
                .options(spec, rows);
    }

    private int steps() {
        int most = params.getMaxIter();
        if (most < 1) {
            throw new BadInput("Cannot fit with maxIter = %d. Remedy: at least 1".formatted(most));
        }
        return most;
    }

    private FitReport report(
            double[] history, Optional<Certificate> certificate, double passes, long jobs, String reason) {
        double[] sigmas = data.columnSigmas();
        List<String> constant = IntStream.range(0, sigmas.length)
                .filter(j -> sigmas[j] == 0)
                .mapToObj(names::get)
                .toList();
        if (!constant.isEmpty()) {
            findings.add(new Finding(
                    Finding.Kind.CONSTANT_FEATURES,
                    "Features with one value in all rows, and the coefficient 0: %s".formatted(listed(constant)),
                    constant));
        }
        BlasCensus blas = BlasCensus.take(context);
        blas.warnings().forEach(warning -> findings.add(new Finding(Finding.Kind.NO_NATIVE_BLAS, warning, List.of())));
        List<Finding> all = List.copyOf(findings);
        findings.subList(common, findings.size()).clear();
        return new FitReport(
                history,
                certificate,
                passes,
                jobs,
                (System.nanoTime() - start) * 1e-9,
                reason,
                blas.summary(),
                all,
                names);
    }

    static String listed(List<String> names) {
        int shown = 10;
        return names.size() <= shown
                ? String.join(", ", names)
                : "%s, ... (%d in all)".formatted(String.join(", ", names.subList(0, shown)), names.size());
    }

    @Override
    public void close() {
        data.close();
    }
}
