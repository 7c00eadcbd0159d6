package io.kfac.preconditioner;

import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.SymmetricPacking;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a preconditioner remembers, as named arrays of numbers. It is visited by one method in both directions, so that nothing can
 * be saved that is not restored: saving, every value is written down and given back; restoring, what was written down is given back.
 */
public final class State {
    private static final double[] NONE = {};

    private final Map<String, double[]> numbers;
    private final boolean saving;
    private final boolean applied;
    private final String prefix;

    private State(Map<String, double[]> numbers, boolean saving, boolean applied, String prefix) {
        this.numbers = numbers;
        this.saving = saving;
        this.applied = applied;
        this.prefix = prefix;
    }

    /** The state as it is now: copies, in a fixed order. */
    public static Map<String, double[]> save(Preconditioner preconditioner) {
        Map<String, double[]> numbers = new LinkedHashMap<>();
        preconditioner.visit(new State(numbers, true, false, ""));
        return numbers;
    }

    /** Without the moving sums that the next {@link Preconditioner#refresh} is made from: enough to apply, and what travels. */
    public static Map<String, double[]> saveApplied(Preconditioner preconditioner) {
        Map<String, double[]> numbers = new LinkedHashMap<>();
        preconditioner.visit(new State(numbers, true, true, ""));
        return numbers;
    }

    /** Makes a preconditioner apply what the one applies whose state was saved by {@link #saveApplied}. */
    public static void restoreApplied(Preconditioner preconditioner, Map<String, double[]> numbers) {
        preconditioner.visit(new State(numbers, false, true, ""));
    }

    /**
     * Makes a preconditioner as it was when the state was saved, to the bit.
     * @param numbers what {@link #save} gave of one with the same network and options; not modified
     */
    public static void restore(Preconditioner preconditioner, Map<String, double[]> numbers) {
        preconditioner.visit(new State(numbers, false, false, ""));
    }

    /** The state of a part, with names of its own. */
    State at(Object part) {
        return new State(numbers, saving, applied, prefix + part + ".");
    }

    /** Whether moving sums stay behind. */
    boolean appliedOnly() {
        return applied;
    }

    double number(String name, double value) {
        return saving ? put(name, value)[0] : get(name, 1)[0];
    }

    boolean flag(String name, boolean value) {
        return number(name, value ? 1 : 0) == 1;
    }

    /** @param values live: written down, or overwritten */
    void array(String name, double[] values) {
        if (saving) {
            put(name, values.clone());
        } else {
            System.arraycopy(get(name, values.length), 0, values, 0, values.length);
        }
    }

    /** Numbers of which there may be any number. */
    double[] list(String name, double[] values) {
        return saving ? put(name, values.clone()) : get(name, -1).clone();
    }

    /** @param matrix compact and live: written down, or overwritten */
    void matrix(String name, DoubleMatrix matrix) {
        array(name, matrix.data());
    }

    /** A square matrix that need not be there yet. */
    Optional<DoubleMatrix> square(String name, int order, Optional<DoubleMatrix> matrix) {
        if (saving) {
            put(name, matrix.map(m -> m.data().clone()).orElse(NONE));
            return matrix;
        }
        double[] saved = get(name, -1);
        return saved.length == 0
                ? Optional.empty()
                : Optional.of(
                        DoubleMatrix.of(order, order, get(name, order * order).clone()));
    }

    /** A factor that need not be there yet: its lower triangle. */
    Optional<Cholesky> factor(String name, int order, Optional<Cholesky> factor) {
        double[] saved = list(name, saving ? factor.map(State::lower).orElse(NONE) : NONE);
        if (saving || saved.length == 0) {
            return saving ? factor : Optional.empty();
        }
        DoubleMatrix matrix = DoubleMatrix.zeros(order, order);
        SymmetricPacking.unpack(saved, 0, matrix);
        return Optional.of(Cholesky.ofFactor(matrix));
    }

    private static double[] lower(Cholesky factor) {
        double[] lower = new double[SymmetricPacking.size(factor.order())];
        SymmetricPacking.pack(factor.factor(), lower, 0);
        return lower;
    }

    private double[] put(String name, double... values) {
        if (numbers.put(prefix + name, values) != null) {
            throw new IllegalStateException("Cannot save %s twice".formatted(prefix + name));
        }
        return values;
    }

    /** @param length -1 for any */
    private double[] get(String name, int length) {
        double[] saved = numbers.get(prefix + name);
        if (saved == null || (length >= 0 && saved.length != length)) {
            throw new IllegalArgumentException(
                    ("Cannot restore %s: the state has %s, and it takes %d numbers. Remedy: the network and the options that it"
                                    + " was saved with")
                            .formatted(prefix + name, saved == null ? "none" : saved.length + " numbers", length));
        }
        return saved;
    }
}
