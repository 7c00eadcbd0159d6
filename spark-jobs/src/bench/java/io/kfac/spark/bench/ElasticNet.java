package io.kfac.spark.bench;

/** MLlib's penalty under {@code standardization = true}. @param alpha share of the absolute values, {@code elasticNetParam} */
record ElasticNet(double regParam, double alpha) {
    static final ElasticNet NONE = new ElasticNet(0, 0);

    static ElasticNet ridge(double regParam) {
        return new ElasticNet(regParam, 0);
    }

    /** regParam [(1 - alpha) / 2 sum (sigma_j b_j)^2 + alpha sum |sigma_j b_j|] over coefficients b of raw features. */
    double value(Linear model, double[] sigmas) {
        if (regParam == 0) {
            return 0;
        }
        double squares = 0;
        double absolutes = 0;
        for (double[] output : model.weights()) {
            for (int j = 0; j < output.length; j++) {
                double b = sigmas[j] * output[j];
                squares += b * b;
                absolutes += Math.abs(b);
            }
        }
        return regParam * ((1 - alpha) / 2 * squares + alpha * absolutes);
    }
}
