package io.kfac.preconditioner;

import io.kfac.curvature.FisherKind;

class FullFisherPreconditionerTest extends PreconditionerContract {
    @Override
    Preconditioner create() {
        return new FullFisherPreconditioner(network, FisherKind.EXACT, 0);
    }
}
