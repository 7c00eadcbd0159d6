package io.kfac.spark.table;

import io.kfac.family.Normals;
import io.kfac.family.Univariate;

/**
 * Units in which a family is fitted. Normal distributions are taken of (x - location) / scale, so that means that are large against the
 * deviation cost no digits; divergences and distances do not depend on it.
 */
record Standard(double location, double scale) {
    static final Standard RAW = new Standard(0, 1);

    /** @param location of the data @param scale of the data, positive */
    static Standard of(Univariate family, double location, double scale) {
        return family instanceof Normals && scale > 0 ? new Standard(location, scale) : RAW;
    }

    double apply(double x) {
        return (x - location) / scale;
    }

    /** Usual parameters in the data's units: all of a normal distribution scale, its first one moves. */
    double[] restore(double[] usual) {
        double[] restored = usual.clone();
        for (int i = 0; i < usual.length; i++) {
            restored[i] = scale * usual[i] + (i == 0 ? location : 0);
        }
        return restored;
    }

    /** Standard errors of usual parameters in the data's units. */
    double[] restoreErrors(double[] errors) {
        double[] restored = errors.clone();
        for (int i = 0; i < errors.length; i++) {
            restored[i] *= scale;
        }
        return restored;
    }
}
