package io.kfac.family;

/**
 * Two vectors and two matrices for one call on small symmetric matrices, and what is done on them in place: lower triangular factors L, n x n
 * row by row, whose upper triangles are not read. Kernels that are called millions of times cannot afford the arrays and native calls of
 * {@link io.kfac.linalg.Cholesky}.
 */
final class TriangularWork {
    double[] x = new double[0];
    double[] y = x;
    double[] a = x;
    double[] b = x;

    /** Itself, with room for vectors of that length and square matrices. */
    TriangularWork ofLength(int n) {
        if (x.length < n) {
            x = new double[n];
            y = new double[n];
            a = new double[n * n];
            b = new double[n * n];
        }
        return this;
    }

    /** a = L of a = L L', by its lower triangle; whether there is one. */
    static boolean factor(double[] a, int n) {
        for (int j = 0; j < n; j++) {
            double pivot = a[j * n + j];
            for (int k = 0; k < j; k++) {
                pivot -= a[j * n + k] * a[j * n + k];
            }
            if (!(pivot > 0 && pivot <= Double.MAX_VALUE)) {
                return false;
            }
            double root = Math.sqrt(pivot);
            a[j * n + j] = root;
            for (int i = j + 1; i < n; i++) {
                double sum = a[i * n + j];
                for (int k = 0; k < j; k++) {
                    sum -= a[i * n + k] * a[j * n + k];
                }
                a[i * n + j] = sum / root;
            }
        }
        return true;
    }

    static double logDet(double[] l, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.log(l[i * n + i]);
        }
        return 2 * sum;
    }

    /** x = (L L')^-1 x. */
    static void solve(double[] l, int n, double[] x) {
        solveFactor(l, n, x, 0, 1);
        solveTransposed(l, n, x);
    }

    /** L^-1 times the vector of every step-th number from {@code at} on. */
    static void solveFactor(double[] l, int n, double[] x, int at, int step) {
        for (int i = 0; i < n; i++) {
            double sum = x[at + i * step];
            for (int k = 0; k < i; k++) {
                sum -= l[i * n + k] * x[at + k * step];
            }
            x[at + i * step] = sum / l[i * n + i];
        }
    }

    /** x = L'^-1 x. */
    static void solveTransposed(double[] l, int n, double[] x) {
        solveTransposed(l, n, x, 0, 1);
    }

    private static void solveTransposed(double[] l, int n, double[] x, int at, int step) {
        for (int i = n - 1; i >= 0; i--) {
            double sum = x[at + i * step];
            for (int k = i + 1; k < n; k++) {
                sum -= l[k * n + i] * x[at + k * step];
            }
            x[at + i * step] = sum / l[i * n + i];
        }
    }

    /** x = L L' x. */
    static void multiply(double[] l, int n, double[] x) {
        multiplyTransposed(l, n, x, 0, 1);
        multiplyFactor(l, n, x, 0, 1);
    }

    private static void multiplyTransposed(double[] l, int n, double[] x, int at, int step) {
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int k = i; k < n; k++) {
                sum += l[k * n + i] * x[at + k * step];
            }
            x[at + i * step] = sum;
        }
    }

    /** L times the vector of every step-th number from {@code at} on. */
    static void multiplyFactor(double[] l, int n, double[] x, int at, int step) {
        for (int i = n - 1; i >= 0; i--) {
            double sum = 0;
            for (int k = 0; k <= i; k++) {
                sum += l[i * n + k] * x[at + k * step];
            }
            x[at + i * step] = sum;
        }
    }

    /** out = (L L')^-1, both triangles. */
    static void inverse(double[] l, int n, double[] out) {
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                out[i * n + j] = i == j ? 1 : 0;
            }
            solveFactor(l, n, out, j, n);
            solveTransposed(l, n, out, j, n);
        }
        symmetrize(out, n);
    }

    private static void symmetrize(double[] a, int n) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                a[j * n + i] = a[i * n + j];
            }
        }
    }

    /** m = L^-1 m of a lower triangular m. */
    static void solveTriangle(double[] l, int n, double[] m) {
        for (int j = 0; j < n; j++) {
            for (int i = j; i < n; i++) {
                double sum = m[i * n + j];
                for (int k = j; k < i; k++) {
                    sum -= l[i * n + k] * m[k * n + j];
                }
                m[i * n + j] = sum / l[i * n + i];
            }
        }
    }

    /** m = (L L')^-1 m (L L')^-1 of a symmetric m. */
    static void sandwich(double[] l, int n, double[] m) {
        for (int j = 0; j < n; j++) {
            solveFactor(l, n, m, j, n);
            solveTransposed(l, n, m, j, n);
        }
        for (int i = 0; i < n; i++) {
            solveFactor(l, n, m, i * n, 1);
            solveTransposed(l, n, m, i * n, 1);
        }
    }

    /** m = L L' m L L' of a symmetric m. */
    static void sandwichOfProduct(double[] l, int n, double[] m) {
        for (int j = 0; j < n; j++) {
            multiplyTransposed(l, n, m, j, n);
            multiplyFactor(l, n, m, j, n);
        }
        for (int i = 0; i < n; i++) {
            multiplyTransposed(l, n, m, i * n, 1);
            multiplyFactor(l, n, m, i * n, 1);
        }
    }
}
