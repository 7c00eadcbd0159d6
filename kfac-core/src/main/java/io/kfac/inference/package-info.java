/** What a fitted model without hidden layers says about its coefficients, and what the data cannot tell. */
package io.kfac.inference;
