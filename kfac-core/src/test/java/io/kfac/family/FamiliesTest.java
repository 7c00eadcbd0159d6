package io.kfac.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FamiliesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bernoulli",
                "binomial(7)",
                "categorical(3)",
                "geometric",
                "negative-binomial(2.5)",
                "poisson",
                "exponential",
                "gamma",
                "beta",
                "dirichlet(3)",
                "normal",
                "normal-mean(0.1)",
                "multivariate-normal(2)",
                "laplace(-1.5)",
                "weibull(1.7)",
                "rayleigh",
                "pareto(2.0E-10)",
                "inverse-gaussian",
                "von-mises",
                "normal x poisson x categorical(2)"
            })
    void namesReadBack(String name) {
        Family family = Families.named(name);
        assertThat(family.name()).isEqualTo(name);
        assertThat(Families.named(family.name())).isEqualTo(family).hasToString(name);
    }

    @Test
    void unknownNamesAreRefusedWithTheKnownOnes() {
        for (String name : List.of("cauchy", "normal(1)", "weibull", "weibull(x)", "")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Families.named(name))
                    .withMessageContaining("'" + name + "'")
                    .withMessageContaining("inverse-gaussian, laplace(location)");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Families.named("weibull(-1)"));
        assertThatIllegalArgumentException().isThrownBy(() -> Families.named("categorical(2.5)"));
        assertThatIllegalArgumentException().isThrownBy(() -> Families.named("dirichlet(1)"));
    }

    @Test
    void supportsAreTheValuesThatCanBe() {
        Support counts = new Poissons().support();
        assertThat(counts.contains(0)).isTrue();
        assertThat(counts.contains(1.5)).isFalse();
        assertThat(counts.contains(Double.NaN)).isFalse();
        assertThat(counts.contains(Double.POSITIVE_INFINITY)).isFalse();
        assertThat(counts.admits(0, 9, true)).isTrue();
        assertThat(counts.admits(0, 9, false)).isFalse();
        assertThat(new Gammas().support().admits(0, 9, false)).isFalse();
        assertThat(new Gammas().support().admits(1e-300, 9, true)).isTrue();
        assertThat(new Paretos(2).support().contains(2)).isTrue();
        assertThat(new VonMises().support().contains(4)).isFalse();
        assertThat(new Binomials(3).support().admits(0, 4, true)).isFalse();
    }

    /** The likelihood of equal values grows without end, or towards a member that is none. */
    @Test
    void dataWithoutMaximumHaveNoEstimate() {
        assertThat(Estimate.of(new Normals(), 4, new double[] {8, 16}, 0)).isEmpty();
        assertThat(Estimate.of(new Poissons(), 4, new double[] {0}, 0)).isEmpty();
        assertThat(Estimate.of(new Gammas(), 4, new double[] {0, 4}, 0)).isEmpty();
        assertThat(Estimate.of(new Binomials(), 4, new double[] {4}, 0)).isEmpty();
        assertThat(Estimate.of(new Normals(), 0, new double[] {0, 0}, 0)).isEmpty();
        assertThat(Estimate.of(new Normals(), 4, new double[] {8, Double.NaN}, 0))
                .isEmpty();
    }

    @Test
    void impossibleMomentsAreRefused() {
        Categoricals die = new Categoricals(6);
        double[][] faces = {{1, 2, 3, 4, 5, 6}};
        Natural fair = new Natural(new double[6]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Projection(die).underMoments(fair, faces, new double[] {7}))
                .withMessageContaining("7.0");
        double[][] twice = {faces[0], faces[0]};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Projection(die).underMoments(fair, twice, new double[] {3, 3}))
                .withMessageContaining("dependent");
    }

    @Test
    void normalsOfOneCovarianceOrMean() {
        MultivariateNormals plane = new MultivariateNormals(2);
        Natural p = plane.natural(0, 0, 2, 1, 2);
        Natural q = plane.natural(1, -1, 2, 1, 2);
        FisherRao flat = new CommonCovarianceNormals(plane);
        // The difference (1, -1) is an eigenvector of the covariance matrix, of eigenvalue 1.
        assertThat(flat.distance(p, q)).isCloseTo(Math.sqrt(2), within(1e-12));
        Natural r = plane.natural(1, -1, 1, .2, 3);
        FisherRao cone = new CommonMeanNormals(plane);
        double distance = cone.distance(q, r);
        assertThat(distance).isGreaterThan(new DuallyFlat(plane).ambientAngle(q, r));
        assertThat(cone.distance(q, cone.geodesic(q, r, .5))).isCloseTo(distance / 2, within(1e-12));
        assertThat(plane.kl(r, cone.exp(q, cone.log(q, r)))).isCloseTo(0, within(1e-20));
        double[] image = new double[5];
        plane.fisherProduct(q, cone.log(q, r), image);
        assertThat(Math.sqrt(Family.dot(cone.log(q, r), image))).isCloseTo(distance, within(1e-12));
        double curvature = cone.curvature(q, cone.log(q, r), cone.log(q, plane.natural(1, -1, 1, 0, 1)));
        assertThat(curvature).isBetween(-1.0, 0.0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cone.distance(p, q))
                .withMessageContaining("ambient");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> flat.distance(q, r))
                .withMessageContaining("ambient");
    }
}
