package io.kfac.optimizer;

import io.kfac.objective.Cost;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one step did: a line of the run log. NaN where an optimizer has no such number.
 * @param step           from 1
 * @param epoch          passes over the training rows so far, by rows drawn
 * @param rows           of the step's batch
 * @param loss           mean training loss of the batch before the step, penalty included, in nats
 * @param validationLoss mean loss of the held-out rows, where they were looked at in the pass that brought this report: after the
 *                       step where a later pass judges it, before it where none does
 * @param gradientNorm   Euclidean norm of the mean gradient
 * @param damping        lambda of the step
 * @param rho            actual over predicted decrease, on the same rows
 * @param predictedKl    half of step' F step, nats a row
 * @param measuredKl     KL(before || after), nats a row, on a share of the batch's rows
 * @param stepSize       factor of the preconditioned gradient
 * @param momentum       factor of the previous step
 * @param accepted       false if the step was undone
 * @param refreshSeconds refreshing and applying the preconditioner on the driver
 * @param cost           of the step's passes over the data
 * @param totalJobs      jobs so far
 * @param totalBytes     bytes so far
 * @param local          what workers did, where the step is a round of local ones
 */
public record StepReport(
        long step,
        double epoch,
        double rows,
        double loss,
        OptionalDouble validationLoss,
        double gradientNorm,
        double damping,
        double rho,
        double predictedKl,
        double measuredKl,
        double stepSize,
        double momentum,
        boolean accepted,
        double refreshSeconds,
        Cost cost,
        long totalJobs,
        long totalBytes,
        Optional<LocalRound> local) {

    /** Of a step that all rows take together. */
    public StepReport(
            long step,
            double epoch,
            double rows,
            double loss,
            OptionalDouble validationLoss,
            double gradientNorm,
            double damping,
            double rho,
            double predictedKl,
            double measuredKl,
            double stepSize,
            double momentum,
            boolean accepted,
            double refreshSeconds,
            Cost cost,
            long totalJobs,
            long totalBytes) {
        this(
                step,
                epoch,
                rows,
                loss,
                validationLoss,
                gradientNorm,
                damping,
                rho,
                predictedKl,
                measuredKl,
                stepSize,
                momentum,
                accepted,
                refreshSeconds,
                cost,
                totalJobs,
                totalBytes,
                Optional.empty());
    }

    StepReport withValidation(OptionalDouble measured) {
        return new StepReport(
                step,
                epoch,
                rows,
                loss,
                measured,
                gradientNorm,
                damping,
                rho,
                predictedKl,
                measuredKl,
                stepSize,
                momentum,
                accepted,
                refreshSeconds,
                cost,
                totalJobs,
                totalBytes,
                local);
    }
}
