package io.kfac.objective;

/** The user stopped a pass over the data: not a failure; what was finished before it is kept. */
public final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CancelledException(String message) {
        super(message);
    }
}
