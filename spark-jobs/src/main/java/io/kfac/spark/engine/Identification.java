package io.kfac.spark.engine;

import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.family.Categorical;
import io.kfac.family.Gaussian;
import io.kfac.inference.Collinearity;
import io.kfac.inference.Collinearity.Dependence;
import io.kfac.inference.Separation;
import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.LocalModel;
import io.kfac.spark.data.Standardization;
import io.kfac.spark.data.TrainingData;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the data say and leave open about the coefficients of an exact fit without a penalty: by one job for collinear columns where the
 * Hessian is singular or not known, two to four for separated classes where the last step suggests them or the Hessian is not known,
 * and one for sandwich errors.
 * @param dependences  among the blocks' columns that vary, the intercept preferred, then earlier ones
 * @param separation   where no finite optimum exists
 * @param scores       second moments of the rows' gradients, summed, p x p lower triangle, if asked for
 * @param tooWide      whether dependences were not looked for though there may be some, since there are too many columns
 */
public record Identification(
        List<Dependence> dependences, Optional<Separation> separation, Optional<DoubleMatrix> scores, boolean tooWide) {
    /** A Gram matrix of more columns takes the driver too long. */
    public static final int MOST_COLUMNS = 2_000;

    /** Least eigenvalue of a Hessian of unit diagonal below which its columns may be collinear. */
    private static final double SINGULAR = 1e-8;

    /** Newton moves separated rows by 1 a step, in nats of their odds: far less in any row means that there are none. */
    private static final double STEP = 0.05;

    /** Where all rows of a column of unit variance are fitted perfectly no curvature is left, and no step. */
    private static final double NO_CURVATURE = 1e-6;

    /**
     * @param network of one layer, on the blocks of the data
     * @param at      its parameters at the end
     * @param model   there
     * @param robust  whether sandwich errors are wanted, where there is a Hessian
     */
    public static Identification of(
            Network network, TrainingData data, Parameters at, LocalModel model, boolean robust) {
        // Dependent columns leave the Hessian singular wherever it is taken; what else does is for the Gram matrix to
        // tell.
        boolean singular = model.hessian()
                .map(hessian -> singular(network, data.columnSigmas(), hessian))
                .orElse(true);
        boolean judged = singular && network.inputColumns() <= MOST_COLUMNS;
        Optional<DoubleMatrix> gram = judged ? Optional.of(gram(network, data)) : Optional.empty();
        List<Dependence> dependences = gram.map(g -> Collinearity.find(g, natural(network)).stream()
                        .filter(d -> !constant(d.column(), data.columnSigmas()))
                        .toList())
                .orElse(List.of());
        try (SparkObjective objective =
                new SparkObjective(network, data.blocks(), data.summary().rows(), "K-FAC")) {
            return new Identification(
                    dependences,
                    separation(objective, data, at, model, gram),
                    robust && model.hessian().isPresent()
                            ? Optional.of(fisher(objective, "sandwich errors", at, FisherKind.EMPIRICAL))
                            : Optional.empty(),
                    singular && !judged);
        }
    }

    /** Of all parameters that are as good, the shortest: the answer of least norm. @param at parameters at the end; not modified */
    public Parameters shortest(Network network, Parameters at) {
        return Collinearity.shortest(network, at, dependences);
    }

    private static Optional<Separation> separation(
            SparkObjective objective, TrainingData data, Parameters at, LocalModel model, Optional<DoubleMatrix> gram) {
        Network network = objective.network();
        Parameters step = model.step();
        // What moves most is kept, so that what is separated is not told by other columns' names.
        List<Dependence> folded =
                gram.map(g -> Collinearity.find(g, byMovement(step))).orElse(List.of());
        Standardization scaling = data.encoding().standardization();
        double reach = reach(Separation.essence(network, step, folded), scaling)
                * Math.sqrt(data.summary().rows());
        boolean suspected = model.hessian()
                .map(hessian -> reach > STEP || leastDiagonal(network, data.columnSigmas(), hessian) < NO_CURVATURE)
                .orElse(true);
        return suspected
                ? Separation.find(
                        objective, at, step, new Separation.Columns(folded, shifts(scaling)), RowSelection.all())
                : Optional.empty();
    }

    /** Bounds how far a step moves any row's output, up to the root of the number of rows: sigma bounds how far a value is from the mean. */
    private static double reach(Parameters step, Standardization columns) {
        Matrix weights = step.layer(0);
        double sum = 0;
        for (int k = 0; k < weights.rows(); k++) {
            for (int j = 0; j < weights.cols(); j++) {
                boolean shifted = j < columns.sigma().length && !columns.centered() && columns.sigma()[j] > 0;
                double longest = shifted ? 1 + Math.abs(columns.mean()[j]) / columns.sigma()[j] : 1;
                sum += Math.abs(weights.get(k, j)) * longest;
            }
        }
        return sum;
    }

    private static double[] shifts(Standardization scaling) {
        return IntStream.range(0, scaling.centered() ? scaling.sigma().length : 0)
                .mapToDouble(j -> scaling.sigma()[j] > 0 ? scaling.mean()[j] / scaling.sigma()[j] : 0)
                .toArray();
    }

    /** Of columns that vary. */
    private static double leastDiagonal(Network network, double[] sigmas, DoubleMatrix hessian) {
        return IntStream.range(0, hessian.rows())
                .filter(i -> !constant(i % network.inputColumns(), sigmas))
                .mapToDouble(i -> hessian.get(i, i))
                .min()
                .orElse(0);
    }

    /**
     * Whether the columns may be collinear: then the Hessian has a direction without curvature, even that of all classes but one where
     * only differences count.
     */
    private static boolean singular(Network network, double[] sigmas, DoubleMatrix hessian) {
        int d = network.inputColumns();
        int free = network.family() instanceof Categorical ? hessian.rows() - d : hessian.rows();
        DoubleMatrix scaled = DoubleMatrix.zeros(free, free);
        for (int i = 0; i < free; i++) {
            boolean constant = constant(i % d, sigmas);
            if (!constant && !(hessian.get(i, i) > 0)) {
                return true;
            }
            for (int j = 0; j < i && !constant; j++) {
                double product = hessian.get(i, i) * hessian.get(j, j);
                scaled.set(i, j, product > 0 ? hessian.get(i, j) / Math.sqrt(product) : 0);
            }
            scaled.set(i, i, 1 - SINGULAR);
        }
        return Cholesky.of(scaled).isEmpty();
    }

    private static boolean constant(int column, double[] sigmas) {
        return column < sigmas.length && !(sigmas[column] > 0);
    }

    /** Of the blocks' columns: the Fisher information of a Gaussian output that all of them lead to. */
    private static DoubleMatrix gram(Network network, TrainingData data) {
        Layer layer = network.layer(0);
        Network line = new Network(
                List.of(new Layer(layer.inputs(), 1, Activation.IDENTITY, layer.bias())),
                new Gaussian(),
                network.precision());
        try (SparkObjective objective =
                new SparkObjective(line, data.blocks(), data.summary().rows(), "K-FAC")) {
            Parameters zero = Parameters.zeros(line, Precision.DOUBLE);
            return fisher(objective, "looking for collinear columns", zero, FisherKind.EXACT);
        }
    }

    private static DoubleMatrix fisher(SparkObjective objective, String purpose, Parameters at, FisherKind kind) {
        FullFisher whole = new FullFisher(kind, 0);
        Request request = Request.gradientAnd(Optional.of(whole));
        Query query = new Query(at, RowSelection.all(), request);
        return whole.matrix(
                objective.network(),
                objective.evaluate(purpose, query).curvature().orElseThrow());
    }

    /** The column of ones, where there is one, then the others. */
    private static int[] natural(Network network) {
        int inputs = network.layer(0).inputs();
        return IntStream.concat(IntStream.range(inputs, network.inputColumns()), IntStream.range(0, inputs))
                .toArray();
    }

    private static int[] byMovement(Parameters step) {
        Matrix weights = step.layer(0);
        double[] most = new double[weights.cols()];
        for (int k = 0; k < weights.rows(); k++) {
            for (int j = 0; j < most.length; j++) {
                most[j] = Math.max(most[j], Math.abs(weights.get(k, j)));
            }
        }
        return Arrays.stream(IntStream.range(0, most.length).boxed().toArray(Integer[]::new))
                .sorted(Comparator.comparingDouble((Integer j) -> -most[j]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
