package io.kfac.preconditioner;

import io.kfac.linalg.DoubleMatrix;
import java.util.function.Supplier;

/**
 * A Kronecker factor of curvature.
 * @param name  such as {@code "layer 1, A"}
 * @param order rows and columns
 * @param mean  a copy of its mean over rows as it is when asked, lower triangle
 */
public record CurvatureFactor(String name, int order, Supplier<DoubleMatrix> mean) {}
