package io.kfac.optimizer;

/**
 * What the workers of a round of local steps did.
 * @param steps      of each
 * @param workers    that had rows
 * @param dropped    of these, left out because their numbers were not finite, or their distributions too far away however short
 *     the way
 * @param scaledBack of these, that went part of their way because their distributions had moved too far
 */
public record LocalRound(int steps, int workers, int dropped, int scaledBack) {}
