package io.kfac.optimizer;

import io.kfac.objective.Penalty;
import java.io.Serializable;

/**
 * What a run minimises and on which rows, whatever the step rule.
 * @param penalty    L2 on the weights
 * @param seed       of batches and draws
 * @param validation share of rows held out
 */
public record RunOptions(Penalty penalty, long seed, double validation) implements Serializable {}
