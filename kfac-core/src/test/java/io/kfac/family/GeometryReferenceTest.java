package io.kfac.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Values computed independently with 40 digits. */
class GeometryReferenceTest {
    private static final double RELATIVE = 1e-12;

    private static final Normals NORMALS = new Normals();
    private static final Categoricals THREE = new Categoricals(3);
    private static final Gammas GAMMAS = new Gammas();
    private static final Betas BETAS = new Betas();
    private static final MultivariateNormals PLANE = new MultivariateNormals(2);
    private static final VonMises VON_MISES = new VonMises();

    private static void close(double actual, double expected) {
        assertThat(actual).isCloseTo(expected, within(RELATIVE * Math.abs(expected)));
    }

    private static void close(double[] actual, double... expected) {
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            close(actual[i], expected[i]);
        }
    }

    private static double distance(Family family, Natural p, Natural q) {
        return family.fisherRao().orElseThrow().distance(p, q);
    }

    @Test
    void distances() {
        close(distance(NORMALS, NORMALS.natural(0, 1), NORMALS.natural(0, 2)), 0.9802581434685472);
        close(distance(NORMALS, NORMALS.natural(0, 1), NORMALS.natural(1, 1)), 0.9802581434685472);
        close(distance(NORMALS, NORMALS.natural(0, 1), NORMALS.natural(1, 2)), 1.189380931406412);
        close(distance(NORMALS, NORMALS.natural(0, 1), NORMALS.natural(1e-6, 1)), 9.999999999999792e-7);
        Natural p = THREE.natural(.5, .3, .2);
        Natural q = THREE.natural(.2, .3, .5);
        close(distance(THREE, p, q), 0.7392907102419201);
        close(distance(THREE, p, new Natural(0, 0, 0)), 0.3728303897184459);
        close(THREE.distance(new Mean(1, 0, 0), new Mean(0, 1, 0)), Math.PI);
        close(THREE.distance(THREE.mean(p), THREE.mean(q)), 0.7392907102419201);
        Binomials bernoulli = new Binomials();
        close(distance(bernoulli, bernoulli.natural(.5), bernoulli.natural(.9)), 0.9272952180016122);
        Poissons poissons = new Poissons();
        close(distance(poissons, poissons.natural(1.0), poissons.natural(4.0)), 2);
        Exponentials exponentials = new Exponentials();
        close(distance(exponentials, exponentials.natural(1.0), exponentials.natural(3.0)), 1.09861228866811);
    }

    @Test
    void matrices() {
        FisherRao geometry = new CommonMeanNormals(PLANE);
        Natural unit = PLANE.natural(0, 0, 1, 0, 1);
        close(geometry.distance(unit, PLANE.natural(0, 0, 2, 1, 2)), 0.7768361992120932);
    }

    @Test
    void exponentialMap() {
        Natural end = NORMALS.fisherRao().orElseThrow().exp(NORMALS.natural(0, 1), new double[] {1, 0});
        close(NORMALS.usual(end), 0.8610571715805476, 0.7932781817463869);
    }

    /** Chentsov's theorem: lumping cells shrinks distances, splitting them in equal parts leaves them. */
    @Test
    void lumpingAndSplitting() {
        Categoricals two = new Categoricals(2);
        Categoricals four = new Categoricals(4);
        close(distance(two, two.natural(.8, .2), two.natural(.5, .5)), 0.6435011087932844);
        close(distance(four, four.natural(.5, .3, .1, .1), four.natural(.2, .3, .25, .25)), 0.7392907102419201);
    }

    @Test
    void ambientAngles() {
        DuallyFlat normals = new DuallyFlat(NORMALS);
        close(normals.ambientAngle(NORMALS.natural(0, 1), NORMALS.natural(1, 1)), 0.9793026409392386);
        DuallyFlat three = new DuallyFlat(THREE);
        close(three.ambientAngle(THREE.natural(.5, .3, .2), THREE.natural(.2, .3, .5)), 0.7392907102419201);
    }

    private static double kl(Family family, double[] p, double... q) {
        return family.kl(family.natural(p), family.natural(q));
    }

    private static double[] at(double... usual) {
        return usual;
    }

    @Test
    void divergences() {
        Binomials bernoulli = new Binomials();
        close(kl(bernoulli, at(.3), .6), 0.1837868973868123);
        close(kl(bernoulli, at(.6), .3), 0.1920419931617981);
        close(kl(bernoulli, at(1e-10), .5), 0.6931471781573602);
        close(kl(THREE, at(.5, .3, .2), .1, .4, .5), 0.5351561881066849);
        close(kl(new Poissons(), at(2), 5), 1.16741853625169);
        close(kl(new Exponentials(), at(2), 3), 0.09453489189183562);
        close(kl(GAMMAS, at(2, 3), 4, 1), 4.007306620370226);
        close(kl(BETAS, at(2, 3), 1, 1), 0.2349066497880003);
        close(kl(new Dirichlets(3), at(1, 2, 3), 2, 2, 2), 0.8068528194400547);
        close(kl(NORMALS, at(0, 1), 1, 2), 0.4431471805599453);
        close(kl(PLANE, at(0, 0, 1, .5, 2), 1, -1, 2, 0, 1), 1.066765696312261);
        close(kl(VON_MISES, at(0, 2), Math.PI / 3, 1), 0.4585828039702343);
        Products latent = new Products(NORMALS, NORMALS);
        close(kl(latent, at(.5, .8, -1, .5), 0, 1, 0, 1), 0.9862907318741551);
    }

    private static double[] fisher(Family family, Natural theta) {
        int d = family.dimension();
        double[] fisher = new double[d * d];
        for (int j = 0; j < d; j++) {
            double[] column = new double[d];
            column[j] = 1;
            family.fisherProduct(theta, column, column);
            System.arraycopy(column, 0, fisher, j * d, d);
        }
        return fisher;
    }

    @Test
    void normalCoordinates() {
        Natural theta = NORMALS.natural(1, 2);
        close(theta.values(), .25, -.125);
        close(NORMALS.logPartition(theta), 1.737085713764618);
        close(NORMALS.mean(theta).values(), 1, 5);
        close(NORMALS.negativeEntropy(new Mean(1, 5)), -2.112085713764618);
        close(fisher(NORMALS, theta), 4, 8, 8, 48);
    }

    /** Published with h = 1, for which theta_1 is one less, so that F* is less by eta_1. */
    @Test
    void gammaCoordinates() {
        Natural theta = GAMMAS.natural(2, 3);
        close(GAMMAS.logPartition(theta), -2.197224577336219);
        Mean eta = GAMMAS.mean(theta);
        close(eta.values(), -0.6758279535696426, 2.0 / 3);
        close(GAMMAS.negativeEntropy(eta) - eta.values()[0], -0.4786033762334232);
        close(fisher(GAMMAS, theta), 0.6449340668482264, 1.0 / 3, 1.0 / 3, 2.0 / 9);
    }

    @Test
    void betaCoordinates() {
        Natural theta = BETAS.natural(2, 3);
        close(BETAS.logPartition(theta), -2.484906649788);
        close(BETAS.mean(theta).values(), -13.0 / 12, -7.0 / 12);
        close(fisher(BETAS, theta), 0.4236111111111111, -0.2213229557371153, -0.2213229557371153, 0.1736111111111111);
    }

    @Test
    void potentials() {
        close(new Poissons().negativeEntropy(new Mean(3)), 0.2958368660043291);
        Binomials bernoulli = new Binomials();
        close(bernoulli.logPartition(new Natural(2)), 2.126928011042972);
        close(bernoulli.logPartition(new Natural(-40)), 4.248354255291589e-18);
        close(bernoulli.logPartition(new Natural(800)), 800);
        close(fisher(bernoulli, new Natural(2)), 0.1049935854035065);
        close(THREE.logPartition(new Natural(1, 2, 3)), 3.40760596444438);
        close(THREE.logPartition(new Natural(800, 810, 0)), 810.0000453988992);
        close(Bessel.ratio(2), 0.697774657964008);
        close(Bessel.logScaled(2) + 2, 0.8239935414829563);
        close(Bessel.logScaled(1000) + 1000, 995.6273088898695);
    }

    @Test
    void inverses() {
        close(GammaFunctions.inverseDigamma(-5), 0.2116141986440573);
        close(GammaFunctions.inverseDigamma(0), 1.461632144968362);
        close(GammaFunctions.inverseDigamma(5), 148.9128783562189);
        Natural fitted = GAMMAS.natural(new Mean(Math.log(24) / 4, 2.5));
        close(fitted.values()[0], 4.265428054776559);
        Natural shapes = new Dirichlets(3).natural(new Mean(-1, -1.2, -1.5));
        close(shapes.values(), 3.750502100460957, 3.156268239725081, 2.458679884115917);
        close(Bessel.inverseRatio(.7), 2.013627806888539);
    }

    @Test
    void midpoints() {
        DuallyFlat normals = new DuallyFlat(NORMALS);
        Natural p = NORMALS.natural(0, 1);
        Natural q = NORMALS.natural(2, 2);
        close(NORMALS.usual(normals.eGeodesic(p, q, .5)), .4, Math.sqrt(1.6));
        close(NORMALS.usual(normals.mGeodesic(p, q, .5)), 1, Math.sqrt(3.5));
        Natural middle = NORMALS.fisherRao().orElseThrow().geodesic(p, q, .5);
        close(NORMALS.usual(middle), 2.0 / 3, 1.563471919941143);
        DuallyFlat three = new DuallyFlat(THREE);
        Natural mixed = three.eGeodesic(THREE.natural(.5, .3, .2), THREE.natural(.2, .3, .5), .5);
        close(THREE.usual(mixed), .3391344199837052, .3217311600325895, .3391344199837052);
        close(NORMALS.usual(normals.eBarycentre(new Natural[] {p, q}, new double[] {1, 1})), .4, Math.sqrt(1.6));
        close(NORMALS.usual(normals.mBarycentre(new Natural[] {p, q}, new double[] {3, 3})), 1, Math.sqrt(3.5));
    }

    /** The m-projection of a mixture on a family: of the same moments. */
    @Test
    void momentsOfAMixture() {
        Natural fitted = new DuallyFlat(NORMALS)
                .mBarycentre(new Natural[] {NORMALS.natural(0, 1), NORMALS.natural(2, 2)}, new double[] {.3, .7});
        close(NORMALS.usual(fitted), 1.4, Math.sqrt(3.94));
    }

    /** Tables of two factors; independent ones are e-flat. */
    @Test
    void pythagoras() {
        Categoricals four = new Categoricals(4);
        Natural p = four.natural(.4, .1, .2, .3);
        Natural q = four.natural(.25 * .5, .25 * .5, .75 * .5, .75 * .5);
        Natural independent = new Projection(four)
                .onto(new Natural(0, 0, 0, 0), new double[][] {{1, 1, 0, 0}, {1, 0, 1, 0}}, four.mean(p));
        close(four.kl(p, q), 0.2502811715121136);
        close(four.kl(p, independent), 0.08630462173553428);
        close(four.kl(independent, q), 0.1639765497765793);
    }

    @Test
    void die() {
        Categoricals die = new Categoricals(6);
        Natural fair = new Natural(0, 0, 0, 0, 0, 0);
        double[] faces = {1, 2, 3, 4, 5, 6};
        Natural loaded = new Projection(die).underMoments(fair, new double[][] {faces}, new double[] {4.5});
        close(
                die.usual(loaded),
                .05435316782649152,
                .07877154563305352,
                .1141599772294406,
                .1654468031100533,
                .2397744404269,
                .3474940657740611);
        close(loaded.values()[1] - loaded.values()[0], 0.3710489380810333);
    }

    @Test
    void curvatures() {
        double[] u = {1, 0, 0};
        double[] v = {0, 1, 0};
        assertThat(NORMALS.fisherRao()
                        .orElseThrow()
                        .curvature(NORMALS.natural(1, 2), new double[] {1, 0}, new double[] {0, 1}))
                .isEqualTo(-.5);
        assertThat(THREE.fisherRao().orElseThrow().curvature(THREE.natural(.5, .3, .2), u, v))
                .isEqualTo(.25);
        // Cauchy's distributions have Fisher information 1/2 of location and scale.
        assertThat(new HalfPlane(.5, .5).curvature()).isEqualTo(-2);
    }

    @Test
    void curvaturesFromThirdCumulants() {
        close(new HessianGeometry(BETAS).curvature(BETAS.natural(2, 3)), -0.4757104844506101);
        close(new HessianGeometry(GAMMAS).curvature(GAMMAS.natural(2, 3)), -0.4858565695938999);
        close(new HessianGeometry(NORMALS).curvature(NORMALS.natural(1, 2)), -.5);
    }

    /** G^1_12 = -(1 + a) / sd, G^2_11 = (1 - a) / (2 sd), G^2_22 = -(1 + 2 a) / sd in (mu, sd), moved there by the chain rule. */
    @Test
    void alphaConnectionOfNormals() {
        double m = .7;
        double s = 1.3;
        Natural theta = NORMALS.natural(m, s);
        double[] j = {1 / (s * s), -2 * m / (s * s * s), 0, 1 / (s * s * s)};
        double[][] second = {{0, 0}, {-2 / (s * s * s), 0}, {6 * m / (s * s * s * s), -3 / (s * s * s * s)}};
        double[] back = NORMALS.usualJacobian(theta);
        for (double alpha : new double[] {-1, 0, .5, 1}) {
            double[] natural = new HessianGeometry(NORMALS).connection(theta, alpha);
            double[] symbols = new double[6];
            int[][] pairs = {{0, 0}, {0, 1}, {1, 1}};
            for (int ij = 0; ij < 3; ij++) {
                double[] change = second[ij].clone();
                int a = pairs[ij][0];
                int b = pairs[ij][1];
                for (int k = 0; k < 2; k++) {
                    double mixed = j[a] * j[2 + b] + j[2 + a] * j[b];
                    change[k] += natural[3 * k] * j[a] * j[b]
                            + natural[3 * k + 1] * mixed
                            + natural[3 * k + 2] * j[2 + a] * j[2 + b];
                }
                symbols[ij] = back[0] * change[0] + back[1] * change[1];
                symbols[3 + ij] = back[2] * change[0] + back[3] * change[1];
            }
            double[] expected = {0, -(1 + alpha) / s, 0, (1 - alpha) / (2 * s), 0, -(1 + 2 * alpha) / s};
            for (int i = 0; i < 6; i++) {
                assertThat(symbols[i]).isCloseTo(expected[i], within(RELATIVE));
            }
        }
    }

    @Test
    void fisherOfOtherCoordinates() {
        Binomials bernoulli = new Binomials();
        double[] inverse = {1};
        bernoulli.fisherSolve(bernoulli.natural(.3), inverse, inverse);
        close(inverse[0], 4.761904761904762);
        // One observation's bound on the variance of sd, over sd^2, is the inverse information of ln sd; ln s2 has
        // twice the change.
        double bound = Efficiency.cramerRao(NORMALS, NORMALS.natural(3, 2), 1)[1] / 4;
        close(1 / bound, 2);
        close(1 / (4 * bound), .5);
    }

    @Test
    void exponentialRatesAndTheBoundOfCramerAndRao() {
        Exponentials exponentials = new Exponentials();
        Natural theta = exponentials.natural(2.0);
        close(Efficiency.cramerRao(exponentials, theta, 10)[0], .4);
        Efficiency unbiased = Efficiency.of(
                x -> new double[] {(x.length - 1) / Arrays.stream(x).sum()}, exponentials, theta, 10, 20_000, 1);
        assertThat(unbiased.variance()[0]).isCloseTo(.5, within(5 * unbiased.varianceError()[0]));
        assertThat(unbiased.bias()[0]).isCloseTo(0, within(5 * Math.sqrt(.5 / 20_000)));
        assertThat(unbiased.ratio()[0]).isBetween(.75, .85);
    }

    /** Where densities are not smooth in their parameters, the forms differ: which is why Laplace's location is no parameter of a family. */
    @Test
    void formsDifferWithoutRegularity() {
        double scale = .5;
        Laplaces laplaces = new Laplaces(0);
        Natural centered = laplaces.natural(scale);
        double squaredScore = Expectations.of(laplaces, centered, x -> 1 / (scale * scale));
        double h = 1e-4;
        double hessian = Expectations.of(
                laplaces,
                centered,
                x -> Math.abs(x) <= h ? 0 : -(Math.abs(x + h) - 2 * Math.abs(x) + Math.abs(x - h)) / (h * h * scale));
        assertThat(squaredScore).isCloseTo(4, within(1e-9));
        assertThat(hessian).isCloseTo(0, within(1e-3));
    }
}
