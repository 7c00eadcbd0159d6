package io.kfac.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import org.junit.jupiter.api.Test;

/** Published divergences and log-partitions, computed independently with 40 digits. */
class FamilyReferenceTest {
    private static DoubleMatrix row(double... values) {
        return new DoubleMatrix(values, 0, 1, values.length, values.length);
    }

    /** KL(old || new) between natural parameters. */
    private static double kl(ExponentialFamily family, Matrix thetaOld, Matrix thetaNew) {
        Matrix mean = thetaOld.copy();
        family.mean(mean, mean);
        Matrix shift = thetaNew.copy();
        shift.add(-1, thetaOld);
        double[] divergence = new double[1];
        family.divergences(mean, shift, divergence);
        return divergence[0];
    }

    private static DoubleMatrix logOdds(double p) {
        return row(Math.log(p) - Math.log1p(-p));
    }

    private static DoubleMatrix logs(double... p) {
        double[] theta = new double[p.length];
        for (int i = 0; i < p.length; i++) {
            theta[i] = Math.log(p[i]);
        }
        return row(theta);
    }

    private static void close(double actual, double expected) {
        assertThat(actual).isCloseTo(expected, within(1e-12 * Math.abs(expected)));
    }

    @Test
    void divergences() {
        close(kl(new Bernoulli(), logOdds(.3), logOdds(.6)), 0.1837868973868123);
        close(kl(new Bernoulli(), logOdds(.6), logOdds(.3)), 0.1920419931617981);
        close(kl(new Bernoulli(), logOdds(1e-10), logOdds(.5)), 0.6931471781573602);
        close(kl(new Categorical(), logs(.5, .3, .2), logs(.1, .4, .5)), 0.5351561881066849);
        close(kl(new Gaussian(), row(0), row(1)), 0.5);
    }

    @Test
    void divergenceKeepsItsDigitsWhereDistributionsAgree() {
        double shift = 1e-9;
        double p = 0.3;
        double kl = kl(new Bernoulli(), logOdds(p), row(logOdds(p).get(0, 0) + shift));
        assertThat(kl).isCloseTo(p * (1 - p) * shift * shift / 2, within(1e-6 * kl));
    }

    @Test
    void lossesAreStableFarOut() {
        double[] loss = new double[1];
        new Bernoulli().losses(row(-40), row(0), loss);
        close(loss[0], 4.248354255291589e-18);
        new Bernoulli().losses(row(800), row(0), loss);
        close(loss[0], 800);
        new Categorical().losses(row(800, 810, 0), row(0, 0, 0), loss);
        close(loss[0], 810.0000453988992);
        new Categorical().losses(row(1, 2, 3), row(0, 0, 0), loss);
        close(loss[0], 3.40760596444438);
    }

    @Test
    void fisherFactorSquaresToTheHessian() {
        for (ExponentialFamily family : new ExponentialFamily[] {new Bernoulli(), new Categorical(), new Gaussian()}) {
            Matrix mean = row(0.3, -1.1, 0.8);
            family.mean(mean, mean);
            double[][] sum = new double[3][3];
            for (int c = 0; c < 3; c++) {
                Matrix column = row(0, 0, 0);
                family.fisherFactor(mean, c, column);
                for (int i = 0; i < 9; i++) {
                    sum[i / 3][i % 3] += column.get(0, i / 3) * column.get(0, i % 3);
                }
            }
            for (int j = 0; j < 3; j++) {
                Matrix unit = row(0, 0, 0);
                unit.set(0, j, 1);
                Matrix image = row(0, 0, 0);
                family.fisherProduct(mean, unit, image);
                for (int i = 0; i < 3; i++) {
                    assertThat(sum[i][j]).isCloseTo(image.get(0, i), within(1e-15));
                }
            }
        }
    }

    @Test
    void samplesHaveTheMean() {
        for (ExponentialFamily family : new ExponentialFamily[] {new Bernoulli(), new Categorical(), new Gaussian()}) {
            int n = 100_000;
            Matrix mean = DoubleMatrix.zeros(n, 2);
            for (int i = 0; i < n; i++) {
                mean.setRow(i, new double[] {0.3, 0.7});
            }
            long[] ids = new long[n];
            for (int i = 0; i < n; i++) {
                ids[i] = i;
            }
            Matrix drawn = DoubleMatrix.zeros(n, 2);
            family.sample(mean, 5, ids, drawn);
            Matrix first = drawn.colRange(0, 1);
            Matrix ones = DoubleMatrix.zeros(n, 1);
            ones.fill(1);
            // Standard errors: sqrt(.21 / n) = .0014 for the discrete ones, .0032 for the normal.
            assertThat(first.dot(ones) / n).isCloseTo(0.3, within(0.014));
        }
    }
}
