package io.kfac.linalg;

/** A linear map known by its products, such as a Fisher matrix too large to form. */
@FunctionalInterface
public interface LinearOperator {
    /** out = A x. @param x not modified @param out as large as x; overwritten, must not alias x */
    void apply(Matrix x, Matrix out);
}
