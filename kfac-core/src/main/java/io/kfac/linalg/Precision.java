package io.kfac.linalg;

/**
 * Storage and arithmetic of a {@link Matrix}: float for networks, double for GLMs and for everything the driver keeps.
 */
public enum Precision {
    FLOAT(4),
    DOUBLE(8);

    private final int bytes;

    Precision(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes a number. */
    public int bytes() {
        return bytes;
    }
}
