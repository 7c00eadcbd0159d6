package io.kfac.family;

/** Families of two parameters with third derivatives of F in closed form. */
public sealed interface ThirdCumulants permits Normals, Gammas, Betas, InverseGaussians {
    /** out = F_111, F_112, F_122, F_222: third cumulants of T. */
    void thirdCumulants(Natural at, double[] out);
}
