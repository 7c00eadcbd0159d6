/** Mixtures of given distributions: their weights, points of a simplex, are all that is learnt. */
package io.kfac.mixture;
