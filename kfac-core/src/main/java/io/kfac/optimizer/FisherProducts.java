package io.kfac.optimizer;

import io.kfac.linalg.LinearOperator;
import io.kfac.linalg.Matrix;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;

/** F + L2 + damping I, F the exact mean Fisher information of some rows: a matrix known by its products, each a pass over the rows. */
final class FisherProducts implements LinearOperator {
    private final Objective objective;
    private final String purpose;
    private final Penalty penalty;
    private final Parameters at;
    private final RowSelection rows;
    private final double damping;
    private int products;

    /** @param purpose of the passes: a prefix of their names */
    FisherProducts(
            Objective objective, String purpose, Penalty penalty, Parameters at, RowSelection rows, double damping) {
        this.objective = objective;
        this.purpose = purpose;
        this.penalty = penalty;
        this.at = at;
        this.rows = rows;
        this.damping = damping;
    }

    @Override
    public void apply(Matrix v, Matrix out) {
        products++;
        Parameters along = Parameters.of(objective.network(), v);
        String name = "%s: Fisher product %d".formatted(purpose, products);
        out.copyFrom(product(objective.evaluate(name, query(along)), along).flat());
    }

    /** Asks for the product with a direction, among whatever else is asked in the same pass. */
    Query query(Parameters along) {
        return new Query(at, rows, Request.fisherTimes(along));
    }

    /** The product with a direction, from the answer to its query. */
    Parameters product(Evaluation sums, Parameters along) {
        Parameters product = sums.product().orElseThrow();
        product.scale(1 / sums.weight());
        penalty.addGradient(objective.network(), along, product);
        product.add(damping, along);
        return product;
    }
}
