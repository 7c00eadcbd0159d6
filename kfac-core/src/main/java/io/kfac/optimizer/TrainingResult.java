package io.kfac.optimizer;

import io.kfac.model.Parameters;
import java.util.OptionalDouble;

/**
 * What training came to.
 * @param parameters     the best point seen: by validation loss where rows were held out, else the last one or its average
 * @param steps          taken
 * @param epochs         passes over the training rows
 * @param stopReason     in words
 * @param stepReturned   the step whose point this is
 * @param averaged       whether it is an average of iterates
 * @param validationLoss its mean loss on held-out rows
 */
public record TrainingResult(
        Parameters parameters,
        long steps,
        double epochs,
        String stopReason,
        long stepReturned,
        boolean averaged,
        OptionalDouble validationLoss) {

    TrainingResult withoutValidation() {
        return new TrainingResult(
                parameters, steps, epochs, stopReason, stepReturned, averaged, OptionalDouble.empty());
    }
}
