/**
 * Exponential families, as manifolds and as outputs of models. Read first:
 *
 * <ul>
 *   <li>{@link io.kfac.family.Family}: coordinates, log-partition, Fisher information and divergence of one; its members in a file each
 *       ({@link io.kfac.family.Normals}, {@link io.kfac.family.Gammas}, ...), {@link io.kfac.family.Families} by name;
 *   <li>{@link io.kfac.family.DuallyFlat}, {@link io.kfac.family.Projection}: what follows from the two flat coordinate systems; {@link
 *       io.kfac.family.FisherRao}: from the metric, where geodesics are closed; {@link io.kfac.family.HessianGeometry}: its curvature;
 *   <li>{@link io.kfac.family.Estimate}, {@link io.kfac.family.Efficiency}, {@link io.kfac.family.FisherForms}: from data to members;
 *   <li>{@link io.kfac.family.LegendreFunction}: families as mirror maps of optimizers;
 *   <li>{@link io.kfac.family.ExponentialFamily}: heads, which are a {@link io.kfac.family.Distribution} about a mean and a link, and
 *       work on blocks of rows.
 * </ul>
 *
 * Families and heads share their formulas: one-parameter families take theirs from {@link io.kfac.family.Distribution}, both take
 * stable differences from package-private kernels.
 */
package io.kfac.family;
