package io.kfac.family;

import java.util.ArrayList;
import java.util.List;

/**
 * Normal distributions of d numbers: T = x, then the lower triangle of x x' row after row; theta = P m of mean m and precision matrix P, then
 * the lower triangle of -P, its diagonal halved; h = 1. Usual parameters are the mean and the lower triangle of the covariance matrix.
 */
public final class MultivariateNormals extends Family {
    private static final long serialVersionUID = 1;
    private static final double LOG_2PI = Math.log(2 * Math.PI);

    /** Of this thread: four vectors and matrices, so that kernels allocate nothing. */
    private static final ThreadLocal<TriangularWork> WORK = ThreadLocal.withInitial(TriangularWork::new);

    private final int length;

    /** @param length d, positive */
    public MultivariateNormals(int length) {
        if (length < 1) {
            throw new IllegalArgumentException("Cannot use vectors of length %d".formatted(length));
        }
        this.length = length;
    }

    @Override
    public String name() {
        return "multivariate-normal(%d)".formatted(length);
    }

    @Override
    public int dimension() {
        return length + length * (length + 1) / 2;
    }

    @Override
    public int observationLength() {
        return length;
    }

    @Override
    public List<String> parameterNames() {
        List<String> names = new ArrayList<>(dimension());
        for (int i = 0; i < length; i++) {
            names.add("mean" + i);
        }
        for (int i = 0; i < length; i++) {
            for (int j = 0; j <= i; j++) {
                names.add("covariance%d.%d".formatted(i, j));
            }
        }
        return names;
    }

    private static TriangularWork work(int length) {
        return WORK.get().ofLength(length);
    }

    /** The factor of the precision matrix into a, its mean into x; whether there is one. */
    private boolean unpack(double[] theta, double[] a, double[] x) {
        for (int i = 0, at = length; i < length; i++) {
            for (int j = 0; j < i; j++) {
                a[i * length + j] = -theta[at++];
            }
            a[i * length + i] = -2 * theta[at++];
        }
        if (!TriangularWork.factor(a, length)) {
            return false;
        }
        System.arraycopy(theta, 0, x, 0, length);
        TriangularWork.solve(a, length, x);
        return true;
    }

    /** The factor of the covariance matrix into a, the mean into x; whether there is one. */
    private boolean unpackMean(double[] eta, double[] a, double[] x) {
        System.arraycopy(eta, 0, x, 0, length);
        for (int i = 0, at = length; i < length; i++) {
            for (int j = 0; j <= i; j++) {
                a[i * length + j] = Math.fma(-x[i], x[j], eta[at++]);
            }
        }
        return TriangularWork.factor(a, length);
    }

    @Override
    boolean insideNatural(double[] theta) {
        TriangularWork work = work(length);
        return unpack(theta, work.a, work.x);
    }

    @Override
    boolean insideMean(double[] eta) {
        TriangularWork work = work(length);
        return unpackMean(eta, work.a, work.x);
    }

    @Override
    double potential(double[] theta) {
        TriangularWork work = work(length);
        unpack(theta, work.a, work.x);
        return potential(theta, work);
    }

    private double potential(double[] theta, TriangularWork work) {
        double inner = length * LOG_2PI - TriangularWork.logDet(work.a, length);
        for (int i = 0; i < length; i++) {
            inner += theta[i] * work.x[i];
        }
        return inner / 2;
    }

    @Override
    double potential(double[] theta, double[] eta) {
        TriangularWork work = work(length);
        unpack(theta, work.a, work.x);
        double potential = potential(theta, work);
        TriangularWork.inverse(work.a, length, work.b);
        System.arraycopy(work.x, 0, eta, 0, length);
        for (int i = 0, at = length; i < length; i++) {
            for (int j = 0; j <= i; j++) {
                eta[at++] = Math.fma(work.x[i], work.x[j], work.b[i * length + j]);
            }
        }
        return potential;
    }

    @Override
    double conjugate(double[] eta, double[] theta) {
        TriangularWork work = work(length);
        unpackMean(eta, work.a, work.x);
        packNatural(work, theta);
        return -(length * (1 + LOG_2PI) + TriangularWork.logDet(work.a, length)) / 2;
    }

    /** From the covariance's factor a and the mean x. */
    private void packNatural(TriangularWork work, double[] theta) {
        TriangularWork.inverse(work.a, length, work.b);
        for (int i = 0, at = length; i < length; i++) {
            double sum = 0;
            for (int j = 0; j < length; j++) {
                sum += work.b[i * length + j] * work.x[j];
            }
            theta[i] = sum;
            for (int j = 0; j < i; j++) {
                theta[at++] = -work.b[i * length + j];
            }
            theta[at++] = -work.b[i * length + i] / 2;
        }
    }

    /**
     * With P_q = Q Q', P_p = R R' and C = R^-1 Q, twice the divergence is tr C C' - d - log det C C' + |Q'(m_p - m_q)|^2: of positive terms,
     * x - 1 - log x of squared diagonals and squares of the others.
     */
    @Override
    double divergence(double[] p, double[] q) {
        TriangularWork work = work(length);
        unpack(p, work.a, work.x);
        unpack(q, work.b, work.y);
        double sum = 0;
        for (int j = 0; j < length; j++) {
            double image = 0;
            for (int i = j; i < length; i++) {
                image += work.b[i * length + j] * (work.x[i] - work.y[i]);
            }
            sum += image * image;
        }
        TriangularWork.solveTriangle(work.a, length, work.b);
        for (int i = 0; i < length; i++) {
            for (int j = 0; j < i; j++) {
                sum += work.b[i * length + j] * work.b[i * length + j];
            }
            sum += Scalars.ratioGap(work.b[i * length + i] * work.b[i * length + i], 1);
        }
        return sum / 2;
    }

    /** Covariance S: dm = S (dh - dP m), d(xx') = -S dP S + dm m' + m dm', of dtheta = (dh, dP). */
    @Override
    void hessian(double[] theta, double[] v, double[] out) {
        TriangularWork work = work(length);
        unpack(theta, work.a, work.x);
        unpackPrecision(v, work.b);
        for (int i = 0; i < length; i++) {
            work.y[i] = v[i];
            for (int j = 0; j < length; j++) {
                work.y[i] -= work.b[i * length + j] * work.x[j];
            }
        }
        TriangularWork.solve(work.a, length, work.y);
        TriangularWork.sandwich(work.a, length, work.b);
        for (int i = 0, at = length; i < length; i++) {
            for (int j = 0; j <= i; j++) {
                out[at++] = work.y[i] * work.x[j] + work.x[i] * work.y[j] - work.b[i * length + j];
            }
        }
        System.arraycopy(work.y, 0, out, 0, length);
    }

    private void unpackPrecision(double[] v, double[] matrix) {
        for (int i = 0, at = length; i < length; i++) {
            for (int j = 0; j < i; j++, at++) {
                matrix[i * length + j] = -v[at];
                matrix[j * length + i] = -v[at];
            }
            matrix[i * length + i] = -2 * v[at++];
        }
    }

    /** dP = -P dS P with dS = d(xx') - dm m' - m dm', dh = P dm + dP m. */
    @Override
    void inverseHessian(double[] theta, double[] v, double[] out) {
        TriangularWork work = work(length);
        unpack(theta, work.a, work.x);
        for (int i = 0, at = length; i < length; i++) {
            for (int j = 0; j <= i; j++) {
                double change = v[at++] - v[i] * work.x[j] - work.x[i] * v[j];
                work.b[i * length + j] = change;
                work.b[j * length + i] = change;
            }
            work.y[i] = v[i];
        }
        TriangularWork.multiply(work.a, length, work.y);
        TriangularWork.sandwichOfProduct(work.a, length, work.b);
        for (int i = 0, at = length; i < length; i++) {
            double sum = work.y[i];
            for (int j = 0; j < length; j++) {
                sum -= work.b[i * length + j] * work.x[j];
            }
            out[i] = sum;
            for (int j = 0; j < i; j++) {
                out[at++] = work.b[i * length + j];
            }
            out[at++] = work.b[i * length + i] / 2;
        }
    }

    @Override
    void fromUsual(double[] usual, double[] theta) {
        TriangularWork work = work(length);
        System.arraycopy(usual, 0, work.x, 0, length);
        for (int i = 0, at = length; i < length; i++) {
            for (int j = 0; j <= i; j++) {
                work.a[i * length + j] = usual[at++];
            }
        }
        if (TriangularWork.factor(work.a, length)) {
            packNatural(work, theta);
        } else {
            theta[0] = Double.NaN;
        }
    }

    @Override
    void toUsual(double[] theta, double[] usual) {
        TriangularWork work = work(length);
        unpack(theta, work.a, work.x);
        TriangularWork.inverse(work.a, length, work.b);
        System.arraycopy(work.x, 0, usual, 0, length);
        for (int i = 0, at = length; i < length; i++) {
            for (int j = 0; j <= i; j++) {
                usual[at++] = work.b[i * length + j];
            }
        }
    }

    /** From those of eta, less the derivatives of m m'. */
    @Override
    void usualDerivatives(double[] theta, double[] out) {
        int d = dimension();
        double[] mean = new double[d];
        toUsual(theta, mean);
        double[] unit = new double[d];
        double[] column = new double[d];
        for (int k = 0; k < d; k++) {
            unit[k] = 1;
            hessian(theta, unit, column);
            unit[k] = 0;
            for (int i = 0, at = length; i < length; i++) {
                for (int j = 0; j <= i; j++) {
                    column[at++] -= column[i] * mean[j] + mean[i] * column[j];
                }
            }
            for (int i = 0; i < d; i++) {
                out[i * d + k] = column[i];
            }
        }
    }

    @Override
    boolean supports(double[] x, int at) {
        for (int i = at; i < at + length; i++) {
            if (!(Math.abs(x[i]) <= Double.MAX_VALUE)) {
                return false;
            }
        }
        return true;
    }

    @Override
    void statisticsOf(double[] x, int at, double[] out, int outAt) {
        System.arraycopy(x, at, out, outAt, length);
        for (int i = 0, to = outAt + length; i < length; i++) {
            for (int j = 0; j <= i; j++) {
                out[to++] = x[at + i] * x[at + j];
            }
        }
    }

    @Override
    double logBaseOf(double[] x, int at) {
        return 0;
    }

    @Override
    void draw(double[] theta, long key, double[] out, int at) {
        TriangularWork work = work(length);
        unpack(theta, work.a, work.x);
        for (int i = 0; i < length; i++) {
            work.y[i] = CounterRandom.normal(key, i);
        }
        TriangularWork.solveTransposed(work.a, length, work.y);
        for (int i = 0; i < length; i++) {
            out[at + i] = work.x[i] + work.y[i];
        }
    }
}
