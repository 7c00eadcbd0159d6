package io.kfac.optimizer;

/**
 * Damping that follows how well the quadratic model predicts (Martens and Grosse 2015, sec. 6.5).
 * @param value lambda
 */
record LevenbergMarquardt(double value) {
    static final double MIN = 1e-8;
    static final double MAX = 1e4;
    private static final double OMEGA = 0.774;
    static final double REJECTED = 4;

    LevenbergMarquardt {
        if (!(MIN <= value && value <= MAX)) {
            throw new IllegalArgumentException("Cannot use damping %s: outside [%s, %s]".formatted(value, MIN, MAX));
        }
    }

    static LevenbergMarquardt of(double value) {
        return new LevenbergMarquardt(Math.max(MIN, Math.min(MAX, value)));
    }

    /** @param rho actual over predicted decrease on the same rows */
    LevenbergMarquardt adapt(double rho) {
        return adapt(rho, OMEGA);
    }

    /** @param omega factor of lambda where the model predicts well, in (0, 1) */
    LevenbergMarquardt adapt(double rho, double omega) {
        if (!(rho >= 0.25)) {
            return of(value / omega);
        }
        return rho > 0.75 ? of(value * omega) : this;
    }

    LevenbergMarquardt rejected() {
        return of(value * REJECTED);
    }

    boolean atLimit() {
        return value >= MAX;
    }
}
