package io.kfac.spark.data;

/**
 * What the user gave cannot be used. One clear message: what, where (file, row, column or option), the value and the
 * remedy. Thrown on the driver.
 */
public final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadInput(String message) {
        super(message);
    }

    public BadInput(String message, Throwable cause) {
        super(message, cause);
    }
}
