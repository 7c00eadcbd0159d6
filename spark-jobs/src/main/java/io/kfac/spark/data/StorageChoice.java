package io.kfac.spark.data;

import io.kfac.linalg.Precision;

/** Dense or sparse blocks. */
final class StorageChoice {
    /** How many times longer a floating-point operation takes in a sparse product than in a dense one (gemm in float). */
    static final double SPARSE_COST = 10;

    /** The same in double, which linear models take: few outputs, where memory bounds dense products. */
    static final double SPARSE_COST_IN_DOUBLE = 6;

    /** Rows of more features are kept sparse where a model is applied to them, if they are not centred. */
    private static final int WIDE = 4096;

    private StorageChoice() {}

    /** For rows that a model is applied to, of which nothing is known beforehand. */
    static boolean sparse(DataEncoding encoding) {
        return !encoding.standardization().centered() && encoding.features().width() > WIDE;
    }

    /**
     * Sparse where that is both smaller and faster.
     * @param density share of features that are not zero
     */
    static boolean sparse(BlockOptions options, int width, double density) {
        return switch (options.storage()) {
            case DENSE -> false;
            case SPARSE -> true;
            case AUTO ->
                rowBytes(options, width, density, true) < rowBytes(options, width, density, false)
                        && density * cost(options.precision()) < 1;
        };
    }

    private static double cost(Precision precision) {
        return precision == Precision.FLOAT ? SPARSE_COST : SPARSE_COST_IN_DOUBLE;
    }

    /** Bytes of a row's features, about. */
    static double rowBytes(BlockOptions options, int width, double density, boolean sparse) {
        int number = options.precision().bytes();
        return sparse ? density * width * (number + Integer.BYTES) + Integer.BYTES : (double) width * number;
    }
}
