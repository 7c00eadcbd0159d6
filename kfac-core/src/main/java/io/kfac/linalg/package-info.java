/**
 * Dense and sparse linear algebra on native BLAS: whole-matrix operations, features of a model's first layer,
 * factorisations, conjugate gradients and SIMD elementwise kernels. Imports no other package of ours, reads no files,
 * draws no random numbers.
 */
package io.kfac.linalg;
