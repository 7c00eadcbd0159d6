package io.kfac.preconditioner;

class IdentityPreconditionerTest extends PreconditionerContract {
    @Override
    Preconditioner create() {
        return new IdentityPreconditioner();
    }
}
