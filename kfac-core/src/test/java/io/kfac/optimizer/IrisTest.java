package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.OutputBlockPreconditioner;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Fisher's irises (1936), as R has them: softmax with (lambda / 2) |W|^2, intercepts not penalised. */
class IrisTest {
    private static final double OBJECTIVE = 0.2242889029;
    private static final double LAMBDA = 1e-2;

    /** Sepal length and width, petal length and width in millimetres, two digits each; fifty rows a species. */
    private static final String MEASURED = """
            43301101 44291402 44301302 44321302 45231303 46311502 46321402 46341403 46361002 47321302
            47321602 48301401 48301403 48311602 48341602 48341902 49301402 49311501 49311502 49361401
            50301602 50321202 50331402 50341502 50341604 50351303 50351606 50361402 51331705 51341502
            51351402 51351403 51371504 51381503 51381602 51381904 52341402 52351502 52411501 53371502
            54341504 54341702 54371502 54391304 54391704 55351302 55421402 57381703 57441504 58401202
            49243310 50203510 50233310 51253011 52273914 54304515 55234013 55243710 55243811 55254013
            55264412 56253911 56274213 56293613 56304113 56304515 57263510 57284113 57284513 57294213
            57304212 58264012 58273912 58274110 59304215 59324818 60224010 60275116 60294515 60344516
            61284013 61284712 61294714 61304614 62224515 62294313 63234413 63254915 63334716 64294313
            64324515 65284615 66294613 66304414 67305017 67314414 67314715 68284814 69314915 70324714
            49254517 56284920 57255020 58275119 58275119 58285124 59305118 60225015 60304818 61265614
            61304918 62284818 62345423 63255019 63274918 63285115 63295618 63336025 63345624 64275319
            64285621 64285622 64315518 64325323 65305220 65305518 65305822 65325120 67255818 67305223
            67315624 67335721 67335725 68305521 68325923 69315123 69315421 69325723 71305921 72305816
            72326018 72366125 73296318 74286119 76306621 77266923 77286720 77306123 77386722 79386420
            """;

    private static Objective objective() {
        String[] rows = MEASURED.strip().split("\\s+", -1);
        int n = rows.length;
        DoubleMatrix x = DoubleMatrix.zeros(n, 5);
        int[] labels = new int[n];
        double[] sums = new double[4];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < 4; j++) {
                x.set(i, j, Integer.parseInt(rows[i].substring(2 * j, 2 * j + 2)) / 10.0);
                sums[j] += x.get(i, j);
            }
            x.set(i, 4, 1);
            labels[i] = i / 50;
        }
        assertThat(sums).containsExactly(new double[] {876.5, 458.6, 563.7, 179.9}, within(1e-9));
        return new InMemoryObjective(
                Network.softmax(4, 3),
                List.of(new MiniBatch(
                        new DenseFeatures(x),
                        new Targets.Classes(labels),
                        new double[0],
                        LongStream.range(0, n).toArray())));
    }

    @Test
    void allExactSolversReachThePublishedObjective() {
        Objective objective = objective();
        Network network = objective.network();
        Parameters zero = Parameters.zeros(network, Precision.DOUBLE);
        Penalty penalty = new Penalty(LAMBDA);
        OutputBlockPreconditioner blocks = new OutputBlockPreconditioner(network);
        for (Optimizer optimizer : List.of(
                new NewtonOptimizer(network, zero, penalty, RowSelection.all(), 1e-13, () -> 0L),
                new TruncatedNewtonOptimizer(network, zero, penalty, RowSelection.all(), 1e-13, blocks, () -> 0L),
                new QuasiNewtonOptimizer(network, zero, penalty, RowSelection.all(), 1e-13, blocks, () -> 0L))) {
            for (int i = 0; i < 300 && optimizer.stalled().isEmpty(); i++) {
                optimizer.step(objective);
            }
            Certificate certificate = optimizer.certificate().orElseThrow();
            assertThat(certificate.converged()).isTrue();
            assertThat(certificate.objective()).isCloseTo(OBJECTIVE, within(5e-11));
        }
    }
}
