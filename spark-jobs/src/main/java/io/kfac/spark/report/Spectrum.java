package io.kfac.spark.report;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Eigenvalues of a curvature factor at some step.
 * @param factor        such as {@code "layer 1, A"}
 * @param effectiveRank exponential of the entropy of the eigenvalues' shares (Roy and Vetterli 2007)
 * @param ranks         from 1
 * @param values        the eigenvalues of these ranks, descending
 */
record Spectrum(long step, String factor, int order, double effectiveRank, double[] ranks, double[] values) {

    static Spectrum of(JsonNode line) {
        JsonNode spectrum = line.path("spectrum");
        return new Spectrum(
                spectrum.path("step").longValue(),
                spectrum.path("factor").asText(),
                spectrum.path("order").intValue(),
                Step.number(spectrum, "effectiveRank"),
                numbers(spectrum.path("ranks")),
                numbers(spectrum.path("values")));
    }

    private static double[] numbers(JsonNode list) {
        double[] numbers = new double[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = list.get(i).asDouble(Double.NaN);
        }
        return numbers;
    }
}
