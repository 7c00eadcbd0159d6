package io.kfac.family;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Joint distributions of independent observations, one from each of some families: coordinates, statistics and observations are those of the
 * factors one after the other, log-partitions and divergences add. Copies each factor's coordinates.
 */
public final class Products extends Family {
    private static final long serialVersionUID = 1;

    /** Between names. */
    static final String TIMES = " x ";

    private final List<Family> factors;
    private final int[] starts;

    /** @param factors at least one */
    public Products(Family... factors) {
        if (factors.length == 0) {
            throw new IllegalArgumentException("Cannot take the product of no families");
        }
        this.factors = List.of(factors);
        this.starts = new int[factors.length + 1];
        for (int f = 0; f < factors.length; f++) {
            starts[f + 1] = starts[f] + factors[f].dimension();
        }
    }

    public List<Family> factors() {
        return factors;
    }

    @Override
    public String name() {
        return factors.stream().map(Family::name).collect(Collectors.joining(TIMES));
    }

    @Override
    public int dimension() {
        return starts[factors.size()];
    }

    @Override
    public int parameters() {
        return factors.stream().mapToInt(Family::parameters).sum();
    }

    @Override
    public int observationLength() {
        return factors.stream().mapToInt(Family::observationLength).sum();
    }

    /** Those of each factor, after its number. */
    @Override
    public List<String> parameterNames() {
        List<String> names = new ArrayList<>();
        for (int f = 0; f < factors.size(); f++) {
            for (String name : factors.get(f).parameterNames()) {
                names.add("%d.%s".formatted(f, name));
            }
        }
        return names;
    }

    /** The Riemannian product, if all factors have a geometry. */
    @Override
    public Optional<FisherRao> fisherRao() {
        List<FisherRao> geometries =
                factors.stream().flatMap(factor -> factor.fisherRao().stream()).toList();
        return geometries.size() == factors.size()
                ? Optional.of(new ProductGeometry(this, geometries))
                : Optional.empty();
    }

    /** Of factor f. */
    double[] part(double[] x, int f) {
        return Arrays.copyOfRange(x, starts[f], starts[f + 1]);
    }

    void put(double[] part, int f, double[] out) {
        System.arraycopy(part, 0, out, starts[f], part.length);
    }

    @Override
    boolean insideNatural(double[] theta) {
        for (int f = 0; f < factors.size(); f++) {
            if (!factors.get(f).insideNatural(part(theta, f))) {
                return false;
            }
        }
        return true;
    }

    @Override
    boolean insideMean(double[] eta) {
        for (int f = 0; f < factors.size(); f++) {
            if (!factors.get(f).insideMean(part(eta, f))) {
                return false;
            }
        }
        return true;
    }

    @Override
    double potential(double[] theta) {
        double sum = 0;
        for (int f = 0; f < factors.size(); f++) {
            sum += factors.get(f).potential(part(theta, f));
        }
        return sum;
    }

    @Override
    double potential(double[] theta, double[] eta) {
        double sum = 0;
        for (int f = 0; f < factors.size(); f++) {
            double[] part = new double[starts[f + 1] - starts[f]];
            sum += factors.get(f).potential(part(theta, f), part);
            put(part, f, eta);
        }
        return sum;
    }

    @Override
    double conjugate(double[] eta, double[] theta) {
        double sum = 0;
        for (int f = 0; f < factors.size(); f++) {
            double[] part = new double[starts[f + 1] - starts[f]];
            sum += factors.get(f).conjugate(part(eta, f), part);
            put(part, f, theta);
        }
        return sum;
    }

    @Override
    double conjugateOutside(double[] eta) {
        double sum = 0;
        for (int f = 0; f < factors.size(); f++) {
            sum += factors.get(f).negativeEntropy(new Mean(part(eta, f)));
        }
        return sum;
    }

    @Override
    double divergence(double[] p, double[] q) {
        double sum = 0;
        for (int f = 0; f < factors.size(); f++) {
            sum += factors.get(f).divergence(part(p, f), part(q, f));
        }
        return sum;
    }

    @Override
    void hessian(double[] theta, double[] v, double[] out) {
        for (int f = 0; f < factors.size(); f++) {
            double[] part = part(v, f);
            factors.get(f).hessian(part(theta, f), part, part);
            put(part, f, out);
        }
    }

    @Override
    void inverseHessian(double[] theta, double[] v, double[] out) {
        for (int f = 0; f < factors.size(); f++) {
            double[] part = part(v, f);
            factors.get(f).inverseHessian(part(theta, f), part, part);
            put(part, f, out);
        }
    }

    @Override
    int usualLength() {
        return factors.stream().mapToInt(Family::usualLength).sum();
    }

    @Override
    void fromUsual(double[] usual, double[] theta) {
        int at = 0;
        for (int f = 0; f < factors.size(); f++) {
            Family factor = factors.get(f);
            double[] part = new double[factor.dimension()];
            factor.fromUsual(Arrays.copyOfRange(usual, at, at + factor.usualLength()), part);
            put(part, f, theta);
            at += factor.usualLength();
        }
    }

    @Override
    void toUsual(double[] theta, double[] usual) {
        int at = 0;
        for (int f = 0; f < factors.size(); f++) {
            Family factor = factors.get(f);
            double[] part = new double[factor.usualLength()];
            factor.toUsual(part(theta, f), part);
            System.arraycopy(part, 0, usual, at, part.length);
            at += part.length;
        }
    }

    @Override
    void usualDerivatives(double[] theta, double[] out) {
        int row = 0;
        for (int f = 0; f < factors.size(); f++) {
            Family factor = factors.get(f);
            int d = factor.dimension();
            double[] block = new double[factor.usualLength() * d];
            factor.usualDerivatives(part(theta, f), block);
            for (int i = 0; i < factor.usualLength(); i++, row++) {
                System.arraycopy(block, i * d, out, row * dimension() + starts[f], d);
            }
        }
    }

    @Override
    boolean supports(double[] x, int at) {
        int from = at;
        for (Family factor : factors) {
            if (!factor.supports(x, from)) {
                return false;
            }
            from += factor.observationLength();
        }
        return true;
    }

    @Override
    void statisticsOf(double[] x, int at, double[] out, int outAt) {
        int from = at;
        for (int f = 0; f < factors.size(); f++) {
            factors.get(f).statisticsOf(x, from, out, outAt + starts[f]);
            from += factors.get(f).observationLength();
        }
    }

    @Override
    double logBaseOf(double[] x, int at) {
        int from = at;
        double sum = 0;
        for (Family factor : factors) {
            sum += factor.logBaseOf(x, from);
            from += factor.observationLength();
        }
        return sum;
    }

    @Override
    void draw(double[] theta, long key, double[] out, int at) {
        int from = at;
        for (int f = 0; f < factors.size(); f++) {
            factors.get(f).draw(part(theta, f), CounterRandom.key(key, f), out, from);
            from += factors.get(f).observationLength();
        }
    }
}
