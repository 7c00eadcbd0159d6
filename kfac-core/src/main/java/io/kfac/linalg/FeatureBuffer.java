package io.kfac.linalg;

/** A reusable buffer of feature rows: dense or CSR after the first rows that were appended to it. Filled by {@link Features#appendTo}. */
public final class FeatureBuffer {
    private FeatureBuffer() {}
}
