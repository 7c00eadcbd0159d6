package io.kfac.preconditioner;

import static io.kfac.linalg.Matrix.Transpose.NO;
import static io.kfac.linalg.Matrix.Transpose.YES;

import io.kfac.curvature.ParameterBlock;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.model.Parameters;
import io.kfac.preconditioner.ShampooPreconditioner.Options;
import io.kfac.preconditioner.ShampooPreconditioner.Sides;
import java.util.Optional;
import java.util.stream.Stream;

/** Shampoo of one matrix, or of one block of a large one. */
final class ShampooBlock {
    private final String name;
    private final ParameterBlock block;
    private final Options options;

    /** L of G G' and R of G' G; one of them with one side. */
    private final Optional<MovingSum> left;

    private final Optional<MovingSum> right;
    private Optional<DoubleMatrix> leftRoot = Optional.empty();
    private Optional<DoubleMatrix> rightRoot = Optional.empty();

    /** @param name for people */
    ShampooBlock(String name, ParameterBlock block, Options options) {
        this.name = name;
        this.block = block;
        this.options = options;
        left = options.left(block) ? Optional.of(new MovingSum(block.rows(), options.decay())) : Optional.empty();
        right = options.right(block) ? Optional.of(new MovingSum(block.columns(), options.decay())) : Optional.empty();
    }

    Matrix of(Parameters parameters) {
        return block.of(parameters);
    }

    void accumulate(Parameters gradient) {
        Matrix g = of(gradient);
        // A moving average corrected for its start at zero is a decayed sum over its decayed weight; a sum has weight
        // 1.
        left.ifPresent(sum -> sum.add(product(g, NO, g, YES), weight(sum)));
        right.ifPresent(sum -> sum.add(product(g, YES, g, NO), weight(sum)));
    }

    private double weight(MovingSum sum) {
        return options.decay() < 1 || sum.batches() == 0 ? 1 : 0;
    }

    void refresh(double damping) {
        int root = options.sides() == Sides.TWO ? 4 : 2;
        leftRoot = left.map(sum -> root(sum, damping, root, "L"));
        rightRoot = right.map(sum -> root(sum, damping, root, "R"));
    }

    private DoubleMatrix root(MovingSum sum, double damping, int root, String side) {
        DoubleMatrix mean = DoubleMatrix.zeros(sum.order(), sum.order());
        sum.mean(mean);
        sum.mark();
        return InverseRoot.of(mean, damping, root, "%s of %s".formatted(side, block));
    }

    /** @param out this block of the result; overwritten */
    void apply(Parameters gradient, DoubleMatrix out) {
        Matrix rows = leftRoot.map(l -> product(l, NO, of(gradient), NO))
                .orElseGet(() -> (DoubleMatrix) of(gradient).copy());
        if (rightRoot.isPresent()) {
            out.multiply(1, rows, NO, rightRoot.get(), NO, 0);
        } else {
            out.copyFrom(rows);
        }
    }

    /** L and R of the batch gradients. */
    Stream<CurvatureFactor> factors() {
        return Stream.concat(
                left.stream().map(sum -> factor("L", sum)), right.stream().map(sum -> factor("R", sum)));
    }

    private CurvatureFactor factor(String side, MovingSum sum) {
        return new CurvatureFactor("%s, %s".formatted(name, side), sum.order(), sum::mean);
    }

    double drift() {
        return Math.max(
                left.map(MovingSum::drift).orElse(0.0),
                right.map(MovingSum::drift).orElse(0.0));
    }

    void visit(State state) {
        left.ifPresent(sum -> {
            sum.visit(state.at("L"));
            leftRoot = state.square("leftRoot", sum.order(), leftRoot);
        });
        right.ifPresent(sum -> {
            sum.visit(state.at("R"));
            rightRoot = state.square("rightRoot", sum.order(), rightRoot);
        });
    }

    private static DoubleMatrix product(Matrix a, Matrix.Transpose ta, Matrix b, Matrix.Transpose tb) {
        DoubleMatrix out = DoubleMatrix.zeros(ta == NO ? a.rows() : a.cols(), tb == NO ? b.cols() : b.rows());
        out.multiply(1, a, ta, b, tb, 0);
        return out;
    }
}
