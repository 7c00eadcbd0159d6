package io.kfac.preconditioner;

import io.kfac.linalg.DoubleMatrix;

/**
 * A Kronecker factor of curvature.
 * @param name   such as {@code "layer 1, A"}
 * @param matrix mean over rows, lower triangle
 */
public record CurvatureFactor(String name, DoubleMatrix matrix) {}
