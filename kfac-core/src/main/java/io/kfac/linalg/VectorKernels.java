package io.kfac.linalg;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels} a vector at a time, with the ends of runs left to {@link ScalarKernels}. Loops are written out rather
 * than shared through a lambda, because a vector that crosses a call which is not inlined becomes an object. Linked by
 * {@link KernelsHolder} only.
 */
final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final int DOUBLE_WIDTH = DOUBLES.length();

    /** As many floats as there are doubles in a vector. */
    private static final VectorSpecies<Float> HALF =
            VectorSpecies.of(float.class, VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2));

    // Constants as vectors, not broadcast where they are used: a broadcast in a loop counts against the compiler's
    // limit on the size of what it inlines, and beyond that limit every operation allocates (measured: ten times
    // slower).
    private static final FloatVector ZERO = all(0);
    private static final FloatVector ONE = all(1);
    private static final FloatVector TWO = all(2);
    private static final FloatVector FOUR = all(4);
    private static final FloatVector MINUS_TWO = all(-2);
    private static final FloatVector MINUS_HALF = all(-0.5f);
    private static final FloatVector MINUS_LN2_HIGH = all(-KernelConstants.LN2_HIGH);
    private static final FloatVector MINUS_LN2_LOW = all(-KernelConstants.LN2_LOW);
    private static final IntVector ROUNDER_BITS = IntVector.broadcast(INTS, KernelConstants.ROUNDER_BITS);
    private static final IntVector BIAS = IntVector.broadcast(INTS, 127);
    private static final FloatVector TANH_SMALL = all(KernelConstants.TANH_SMALL);
    private static final FloatVector GELU_MAX = all(KernelConstants.GELU_MAX);
    private static final FloatVector GELU_T = all(KernelConstants.GELU_T);
    private static final FloatVector NORMAL = all(KernelConstants.NORMAL);
    private static final FloatVector EXP_MAX = all(KernelConstants.EXP_MAX);
    private static final FloatVector EXP_MIN = all(KernelConstants.EXP_MIN);
    private static final FloatVector LOG2_E = all(KernelConstants.LOG2_E);
    private static final FloatVector ROUNDER = all(KernelConstants.ROUNDER);
    private static final FloatVector E0 = all(KernelConstants.E0);
    private static final FloatVector E1 = all(KernelConstants.E1);
    private static final FloatVector E2 = all(KernelConstants.E2);
    private static final FloatVector E3 = all(KernelConstants.E3);
    private static final FloatVector E4 = all(KernelConstants.E4);
    private static final FloatVector L0 = all(KernelConstants.L0);
    private static final FloatVector L1 = all(KernelConstants.L1);
    private static final FloatVector L2 = all(KernelConstants.L2);
    private static final FloatVector L3 = all(KernelConstants.L3);
    private static final FloatVector T0 = all(KernelConstants.T0);
    private static final FloatVector T1 = all(KernelConstants.T1);
    private static final FloatVector T2 = all(KernelConstants.T2);
    private static final FloatVector T3 = all(KernelConstants.T3);
    private static final FloatVector T4 = all(KernelConstants.T4);
    private static final FloatVector G0 = all(KernelConstants.G0);
    private static final FloatVector G1 = all(KernelConstants.G1);
    private static final FloatVector G2 = all(KernelConstants.G2);
    private static final FloatVector G3 = all(KernelConstants.G3);
    private static final FloatVector G4 = all(KernelConstants.G4);
    private static final FloatVector G5 = all(KernelConstants.G5);
    private static final FloatVector G6 = all(KernelConstants.G6);
    private static final FloatVector G7 = all(KernelConstants.G7);
    private static final FloatVector G8 = all(KernelConstants.G8);
    private static final FloatVector G9 = all(KernelConstants.G9);

    private final ScalarKernels ends = new ScalarKernels();

    VectorKernels() {}

    @Override
    public String description() {
        return "Vector API, %d bits".formatted(LANES.vectorBitSize());
    }

    @Override
    public void exp(float[] x, int offset, int length) {
        int bound = LANES.loopBound(length);
        for (int i = 0; i < bound; i += WIDTH) {
            exp(load(x, offset + i)).intoArray(x, offset + i);
        }
        ends.exp(x, offset + bound, length - bound);
    }

    @Override
    public void softplus(float[] x, int offset, float[] out, int outOffset, int length) {
        int bound = LANES.loopBound(length);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector v = load(x, offset + i);
            v.max(ZERO).add(log1pOfExp(v.abs().neg())).intoArray(out, outOffset + i);
        }
        ends.softplus(x, offset + bound, out, outOffset + bound, length - bound);
    }

    @Override
    public void softplusMinus(float[] x, int offset, float[] t, int tOffset, float[] out, int outOffset, int length) {
        int bound = LANES.loopBound(length);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector v = load(x, offset + i);
            FloatVector linear = v.neg().fma(load(t, tOffset + i), v.max(ZERO));
            linear.add(log1pOfExp(v.abs().neg())).intoArray(out, outOffset + i);
        }
        ends.softplusMinus(x, offset + bound, t, tOffset + bound, out, outOffset + bound, length - bound);
    }

    @Override
    public void tanh(float[] z, int offset, int length) {
        int bound = LANES.loopBound(length);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector x = load(z, offset + i);
            FloatVector a = x.abs();
            FloatVector e = exp(a.mul(MINUS_TWO));
            FloatVector large = ONE.sub(e).mul(ONE.div(e.add(ONE)));
            VectorMask<Float> small = a.compare(VectorOperators.LT, TANH_SMALL);
            withSign(large.blend(tanhSmall(a), small), x).intoArray(z, offset + i);
        }
        ends.tanh(z, offset + bound, length - bound);
    }

    @Override
    public void tanh(float[] z, int offset, float[] slope, int slopeOffset, int length) {
        int bound = LANES.loopBound(length);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector x = load(z, offset + i);
            FloatVector a = x.abs();
            FloatVector e = exp(a.mul(MINUS_TWO));
            FloatVector q = ONE.div(e.add(ONE));
            FloatVector near = tanhSmall(a);
            VectorMask<Float> small = a.compare(VectorOperators.LT, TANH_SMALL);
            withSign(ONE.sub(e).mul(q).blend(near, small), x).intoArray(z, offset + i);
            e.mul(FOUR).mul(q).mul(q).blend(near.neg().fma(near, ONE), small).intoArray(slope, slopeOffset + i);
        }
        ends.tanh(z, offset + bound, slope, slopeOffset + bound, length - bound);
    }

    @Override
    public void logistic(float[] z, int offset, int length) {
        int bound = LANES.loopBound(length);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector x = load(z, offset + i);
            FloatVector e = exp(x.abs().neg());
            FloatVector q = ONE.div(e.add(ONE));
            q.blend(e.mul(q), x.compare(VectorOperators.LT, ZERO)).intoArray(z, offset + i);
        }
        ends.logistic(z, offset + bound, length - bound);
    }

    @Override
    public void logistic(float[] z, int offset, float[] slope, int slopeOffset, int length) {
        int bound = LANES.loopBound(length);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector x = load(z, offset + i);
            FloatVector e = exp(x.abs().neg());
            FloatVector q = ONE.div(e.add(ONE));
            FloatVector complement = e.mul(q);
            q.blend(complement, x.compare(VectorOperators.LT, ZERO)).intoArray(z, offset + i);
            complement.mul(q).intoArray(slope, slopeOffset + i);
        }
        ends.logistic(z, offset + bound, slope, slopeOffset + bound, length - bound);
    }

    @Override
    public void relu(float[] z, int offset, int length) {
        int bound = LANES.loopBound(length);
        for (int i = 0; i < bound; i += WIDTH) {
            load(z, offset + i).max(ZERO).intoArray(z, offset + i);
        }
        ends.relu(z, offset + bound, length - bound);
    }

    @Override
    public void relu(float[] z, int offset, float[] slope, int slopeOffset, int length) {
        int bound = LANES.loopBound(length);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector x = load(z, offset + i);
            x.max(ZERO).intoArray(z, offset + i);
            ZERO.blend(ONE, x.compare(VectorOperators.GT, ZERO)).intoArray(slope, slopeOffset + i);
        }
        ends.relu(z, offset + bound, slope, slopeOffset + bound, length - bound);
    }

    @Override
    public void gelu(float[] z, int offset, int length) {
        int bound = LANES.loopBound(length);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector x = load(z, offset + i);
            FloatVector a = x.abs().min(GELU_MAX);
            FloatVector tail = expOfHalfSquare(a).mul(tailRatio(a));
            x.max(ZERO).sub(a.mul(tail)).intoArray(z, offset + i);
        }
        ends.gelu(z, offset + bound, length - bound);
    }

    @Override
    public void gelu(float[] z, int offset, float[] slope, int slopeOffset, int length) {
        int bound = LANES.loopBound(length);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector x = load(z, offset + i);
            FloatVector a = x.abs().min(GELU_MAX);
            FloatVector e = expOfHalfSquare(a);
            FloatVector tail = e.mul(tailRatio(a));
            x.max(ZERO).sub(a.mul(tail)).intoArray(z, offset + i);
            VectorMask<Float> negative = x.compare(VectorOperators.LT, ZERO);
            FloatVector phi = ONE.sub(tail).blend(tail, negative);
            a.blend(a.neg(), negative).fma(e.mul(NORMAL), phi).intoArray(slope, slopeOffset + i);
        }
        ends.gelu(z, offset + bound, slope, slopeOffset + bound, length - bound);
    }

    private static FloatVector all(float value) {
        return FloatVector.broadcast(LANES, value);
    }

    private static FloatVector load(float[] from, int offset) {
        return FloatVector.fromArray(LANES, from, offset);
    }

    private static FloatVector exp(FloatVector x) {
        return exp(x, ZERO);
    }

    /** exp(x + low), low so small that it does not change how x is reduced. */
    private static FloatVector exp(FloatVector x, FloatVector low) {
        FloatVector clamped = x.min(EXP_MAX).max(EXP_MIN);
        FloatVector shifted = clamped.fma(LOG2_E, ROUNDER);
        FloatVector n = shifted.sub(ROUNDER);
        FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, clamped)).add(low);
        FloatVector p = E4.fma(r, E3).fma(r, E2).fma(r, E1);
        p = p.fma(r, E0);
        FloatVector e = p.fma(r.mul(r), r).add(ONE);
        IntVector power = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
        IntVector half = power.lanewise(VectorOperators.ASHR, 1);
        return e.mul(powerOfTwo(half)).mul(powerOfTwo(power.sub(half)));
    }

    private static FloatVector powerOfTwo(IntVector exponent) {
        return exponent.add(BIAS).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    }

    /** log(1 + exp(x)), x at most 0. */
    private static FloatVector log1pOfExp(FloatVector x) {
        FloatVector e = exp(x);
        FloatVector s = e.div(e.add(TWO));
        FloatVector u = s.mul(s);
        FloatVector p = L3.fma(u, L2).fma(u, L1).fma(u, L0);
        return s.mul(u).fma(p, s).mul(TWO);
    }

    private static FloatVector tanhSmall(FloatVector a) {
        FloatVector u = a.mul(a);
        FloatVector p = T4.fma(u, T3).fma(u, T2).fma(u, T1);
        return a.mul(u).fma(p.fma(u, T0), a);
    }

    /** exp(-a^2 / 2), with the rounding error of the square put back: it would cost 100 ulp in the tails. */
    private static FloatVector expOfHalfSquare(FloatVector a) {
        FloatVector square = a.mul(a);
        FloatVector low = a.fma(a, square.neg());
        return exp(square.mul(MINUS_HALF), low.mul(MINUS_HALF));
    }

    /** (1 - Phi(a)) / exp(-a^2 / 2). */
    private static FloatVector tailRatio(FloatVector a) {
        FloatVector t = ONE.div(a.fma(GELU_T, ONE));
        FloatVector p = G9.fma(t, G8).fma(t, G7).fma(t, G6);
        p = p.fma(t, G5).fma(t, G4).fma(t, G3).fma(t, G2);
        return t.mul(p.fma(t, G1).fma(t, G0));
    }

    private static FloatVector withSign(FloatVector magnitude, FloatVector sign) {
        return magnitude.blend(magnitude.neg(), sign.compare(VectorOperators.LT, ZERO));
    }

    @Override
    public void addTo(double alpha, float[] x, int offset, double[] y, int yOffset, int length) {
        DoubleVector factor = DoubleVector.broadcast(DOUBLES, alpha);
        int bound = DOUBLES.loopBound(length);
        for (int i = 0; i < bound; i += DOUBLE_WIDTH) {
            widened(x, offset + i)
                    .fma(factor, DoubleVector.fromArray(DOUBLES, y, yOffset + i))
                    .intoArray(y, yOffset + i);
        }
        ends.addTo(alpha, x, offset + bound, y, yOffset + bound, length - bound);
    }

    /** Two running sums: additions overlap. */
    @Override
    public double dot(float[] x, int offset, double[] y, int yOffset, int length) {
        DoubleVector even = DoubleVector.zero(DOUBLES);
        DoubleVector odd = even;
        int bound = length - length % (2 * DOUBLE_WIDTH);
        for (int i = 0; i < bound; i += 2 * DOUBLE_WIDTH) {
            int next = i + DOUBLE_WIDTH;
            even = widened(x, offset + i).fma(DoubleVector.fromArray(DOUBLES, y, yOffset + i), even);
            odd = widened(x, offset + next).fma(DoubleVector.fromArray(DOUBLES, y, yOffset + next), odd);
        }
        return even.add(odd).reduceLanes(VectorOperators.ADD)
                + ends.dot(x, offset + bound, y, yOffset + bound, length - bound);
    }

    private static DoubleVector widened(float[] x, int offset) {
        return (DoubleVector) FloatVector.fromArray(HALF, x, offset).convertShape(VectorOperators.F2D, DOUBLES, 0);
    }
}
