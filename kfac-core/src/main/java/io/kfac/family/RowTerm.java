package io.kfac.family;

/** What a target, its mean and its row's weight add to a sum. */
@FunctionalInterface
interface RowTerm {
    double of(double y, double mean, double weight);
}
