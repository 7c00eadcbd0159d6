package io.kfac.objective;

import io.kfac.model.Parameters;

/** One question to an {@link Objective}: sums of what, at which parameters, over which rows. */
public record Query(Parameters at, RowSelection rows, Request what) {}
