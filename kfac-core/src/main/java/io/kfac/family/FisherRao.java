package io.kfac.family;

/**
 * The Riemannian geometry of a family in its Fisher information (Rao 1945), where geodesics have a closed form. Points are natural
 * parameters inside the domain; tangent vectors are velocities of natural parameters. Distances keep their digits however small they are.
 */
public interface FisherRao {

    /** Length of the shortest path from p to q, in units of one standard deviation of the score. */
    double distance(Natural p, Natural q);

    /**
     * Where the geodesic that leaves p with that velocity is at time 1.
     * @throws IllegalArgumentException where it has left the family by then
     */
    Natural exp(Natural p, double[] velocity);

    /** The velocity with which the geodesic from p is at q at time 1; its length in the Fisher information is the distance. */
    double[] log(Natural p, Natural q);

    /** Where the geodesic from p to q is at time t; at 1/2 it is the midpoint of the two. */
    default Natural geodesic(Natural p, Natural q, double t) {
        double[] velocity = log(p, q);
        for (int i = 0; i < velocity.length; i++) {
            velocity[i] *= t;
        }
        return exp(p, velocity);
    }

    /** Sectional curvature of the plane that two tangent vectors span at p; NaN where they span none, as on every line. */
    double curvature(Natural p, double[] u, double[] v);
}
