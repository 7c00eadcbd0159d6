package io.kfac.preconditioner;

import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.testing.Problems;

class OutputBlockPreconditionerTest extends PreconditionerContract {
    OutputBlockPreconditionerTest() {
        super(Problems.network(new Categorical(), Activation.IDENTITY, Precision.DOUBLE, 4, 3));
    }

    @Override
    Preconditioner create() {
        return new OutputBlockPreconditioner(network);
    }
}
