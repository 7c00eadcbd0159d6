package io.kfac.optimizer;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.model.Parameters;
import java.util.Optional;

/**
 * The quadratic model at the point where a run ended: what inference is made from.
 * @param weight  sum of the rows' weights
 * @param hessian p x p of the mean loss with the smooth penalty, lower triangle; empty where only its products are known
 * @param step    Newton's step from there: a direction of recession where classes are separated
 */
public record LocalModel(double weight, Optional<DoubleMatrix> hessian, Parameters step) {}
