package io.kfac.preconditioner;

class AdamPreconditionerTest extends PreconditionerContract {
    @Override
    Preconditioner create() {
        return new AdamPreconditioner(network, 0.999);
    }
}
