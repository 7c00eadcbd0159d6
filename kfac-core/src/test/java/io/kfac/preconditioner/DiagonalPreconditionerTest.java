package io.kfac.preconditioner;

import io.kfac.curvature.FisherKind;

class DiagonalPreconditionerTest extends PreconditionerContract {
    @Override
    Preconditioner create() {
        return new DiagonalPreconditioner(network, FisherKind.EXACT, 0);
    }
}
