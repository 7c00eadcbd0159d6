package io.kfac.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every geometry, at a point p, with two tangent vectors there that span a plane. */
class FisherRaoContractTest {
    private static final double EXACT = 1e-11;

    static Stream<Arguments> geometries() {
        Normals normals = new Normals();
        Categoricals three = new Categoricals(3);
        MultivariateNormals plane = new MultivariateNormals(2);
        Natural correlated = plane.natural(1, -1, 2, .5, 1);
        Products product = new Products(normals, new Poissons(), three);
        Natural of = product.natural(1e3, 2, 5, .5, .3, .2);
        return Stream.of(
                planes(normals, normals.fisherRao().orElseThrow(), normals.natural(-.3, 1.3), "1 .3", "-.2 .7"),
                planes(normals, normals.fisherRao().orElseThrow(), normals.natural(1e4, 1), "1 .3", "-.2 .7"),
                planes(three, three.fisherRao().orElseThrow(), three.natural(.5, .3, .2), ".1 .7 -.4", ".3 0 1"),
                planes(three, three.fisherRao().orElseThrow(), three.natural(1 - 2e-9, 1e-9, 1e-9), "0 1 0", "0 0 1"),
                planes(plane, new CommonCovarianceNormals(plane), correlated, ".1 .3 0 0 0", ".7 -.2 0 0 0"),
                planes(plane, new CommonMeanNormals(plane), correlated, "0 0 -.1 .1 -.3", "0 0 -.2 -.1 .1"),
                planes(product, product.fisherRao().orElseThrow(), of, ".1 .01 .3 .1 .7 -.4", "-.2 .03 .1 .3 0 1"));
    }

    static Stream<Arguments> lines() {
        Categoricals two = new Categoricals(2);
        Poissons poissons = new Poissons();
        MultivariateNormals line = new MultivariateNormals(1);
        return Stream.of(
                planes(poissons, poissons.fisherRao().orElseThrow(), poissons.natural(3), "1", "2"),
                planes(two, two.fisherRao().orElseThrow(), two.natural(.3, .7), "1 0", "0 .3"),
                planes(line, new CommonCovarianceNormals(line), line.natural(1, 2), ".1 0", ".3 0"),
                planes(line, new CommonMeanNormals(line), line.natural(1, 2), "0 .1", "0 -.3"));
    }

    private static Arguments planes(Family family, FisherRao geometry, Natural p, String u, String v) {
        String name = "%s at %s".formatted(geometry.getClass().getSimpleName(), p);
        return Arguments.of(Named.of(name, geometry), family, p, numbers(u), numbers(v));
    }

    private static double[] numbers(String text) {
        return Stream.of(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private static double[] combined(double a, double[] u, double b, double[] v) {
        double[] sum = new double[u.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a * u[i] + b * v[i];
        }
        return sum;
    }

    /** It is the plane's, whatever vectors span it. */
    @ParameterizedTest
    @MethodSource("geometries")
    void curvatureIsThePlanes(FisherRao geometry, Family family, Natural p, double[] u, double[] v) {
        double curvature = geometry.curvature(p, u, v);
        assertThat(curvature).isBetween(-1.0, 0.25);
        assertThat(geometry.curvature(p, v, u)).isCloseTo(curvature, within(EXACT));
        assertThat(geometry.curvature(p, combined(3, u, -.7, v), combined(.2, u, 1, v)))
                .isCloseTo(curvature, within(EXACT));
        assertThat(geometry.curvature(p, combined(1e-30, u, 0, v), combined(0, u, 1e30, v)))
                .isCloseTo(curvature, within(EXACT));
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void parallelVectorsSpanNoPlane(FisherRao geometry, Family family, Natural p, double[] u, double[] v) {
        for (double factor : new double[] {0, 1, -3, .1, 1e-9 / 7}) {
            assertThat(geometry.curvature(p, u, combined(factor, u, 0, v))).isNaN();
            assertThat(geometry.curvature(p, combined(factor, v, 0, u), v)).isNaN();
        }
    }

    @ParameterizedTest
    @MethodSource("lines")
    void linesHaveNoCurvature(FisherRao geometry, Family family, Natural p, double[] u, double[] v) {
        assertThat(geometry.curvature(p, u, v)).isNaN();
    }

    /** The exponential undoes the logarithm, whose length is the distance. */
    @ParameterizedTest
    @MethodSource({"geometries", "lines"})
    void logarithmsAreVelocitiesOfGeodesics(FisherRao geometry, Family family, Natural p, double[] u, double[] v) {
        Natural q = geometry.exp(p, combined(1e-3, v, 0, u));
        double[] velocity = geometry.log(p, q);
        double[] image = new double[velocity.length];
        family.fisherProduct(p, velocity, image);
        double distance = geometry.distance(p, q);
        assertThat(distance).isPositive();
        assertThat(Math.sqrt(Family.dot(velocity, image))).isCloseTo(distance, within(1e-6 * distance));
        assertThat(geometry.distance(p, geometry.geodesic(p, q, .5))).isCloseTo(distance / 2, within(1e-6 * distance));
    }

    /** Directions along which no probability moves are none. */
    @org.junit.jupiter.api.Test
    void constantsMoveNoProbability() {
        Categoricals three = new Categoricals(3);
        FisherRao sphere = three.fisherRao().orElseThrow();
        Natural p = three.natural(.5, .3, .2);
        assertThat(sphere.curvature(p, new double[] {.1, .1, .1}, new double[] {1, 0, 0}))
                .isNaN();
        assertThat(sphere.curvature(p, new double[] {1.1, .1, .1}, new double[] {1, 0, 0}))
                .isNaN();
    }
}
