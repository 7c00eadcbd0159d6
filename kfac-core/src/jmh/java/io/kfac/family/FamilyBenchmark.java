package io.kfac.family;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds a divergence, a distance and an ambient angle take: at most 100 for elementary families, 1,000 for special functions. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class FamilyBenchmark {
    @Param({
        "bernoulli:0.3:0.6",
        "poisson:2:5",
        "exponential:2:3",
        "negative-binomial(2.5):0.3:0.7",
        "normal:0,1:1,2",
        "inverse-gaussian:1,2:3,1",
        "categorical(3):0.5,0.3,0.2:0.1,0.4,0.5",
        "multivariate-normal(2):0,0,1,0.5,2:1,-1,2,0,1",
        "gamma:2,3:4,1",
        "beta:2,3:1,1",
        "dirichlet(3):1,2,3:2,2,2",
        "von-mises:0,2:1,1"
    })
    public String members;

    private Family family;
    private FisherRao geometry;
    private DuallyFlat flat;
    private Natural p;
    private Natural q;

    @Setup(Level.Trial)
    public void members() {
        String[] parts = members.split(":", -1);
        family = Families.named(parts[0]);
        p = member(parts[1]);
        q = member(parts[2]);
        flat = new DuallyFlat(family);
        geometry = family.fisherRao().orElse(null);
    }

    private Natural member(String numbers) {
        return family.natural(Arrays.stream(numbers.split(",", -1))
                .mapToDouble(Double::parseDouble)
                .toArray());
    }

    @Benchmark
    public double kl() {
        return family.kl(p, q);
    }

    /** Of families that have one; of others, nothing. */
    @Benchmark
    public double distance() {
        return geometry == null ? Double.NaN : geometry.distance(p, q);
    }

    @Benchmark
    public double ambientAngle() {
        return flat.ambientAngle(p, q);
    }
}
