/** Rows as the model sees them: features, targets, weights and row ids, in dense or sparse blocks. */
package io.kfac.batch;
