package io.kfac.spark.data;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All rows of some training data on the driver, as a test sees them. */
final class Collected {
    /** A row of a block. @param target class, value, or 0 */
    record BlockRow(long id, int partition, double[] features, double target, double weight, double offset) {}

    private Collected() {}

    /** In order of partitions and of rows within them. */
    static List<BlockRow> rows(TrainingData data) {
        List<List<MiniBatch>> partitions = data.blocks().glom().collect();
        List<BlockRow> rows = new ArrayList<>();
        for (int p = 0; p < partitions.size(); p++) {
            for (MiniBatch batch : partitions.get(p)) {
                rows.addAll(rows(batch, p));
            }
        }
        return rows;
    }

    static List<BlockRow> rows(MiniBatch batch, int partition) {
        Matrix dense = Matrix.zeros(
                batch.features().precision(), batch.rows(), batch.features().cols());
        batch.features().copyTo(dense);
        List<BlockRow> rows = new ArrayList<>();
        for (int r = 0; r < batch.rows(); r++) {
            double[] x = new double[dense.cols()];
            for (int j = 0; j < x.length; j++) {
                x[j] = dense.get(r, j);
            }
            rows.add(new BlockRow(
                    batch.rowIds()[r], partition, x, target(batch.targets(), r), batch.weight(r), batch.offset(r)));
        }
        return rows;
    }

    private static double target(Targets targets, int row) {
        if (targets instanceof Targets.Classes classes) {
            return classes.labels()[row];
        }
        return targets instanceof Targets.Values values ? values.values().get(row, 0) : 0;
    }

    static Map<Long, BlockRow> byId(TrainingData data) {
        Map<Long, BlockRow> byId = new TreeMap<>();
        rows(data).forEach(row -> byId.put(row.id(), row));
        return byId;
    }

    /** Everything that the blocks hold, for comparison bit for bit. */
    static List<String> fingerprint(TrainingData data) {
        return rows(data).stream()
                .map(row -> row.id() + " " + row.partition() + " " + java.util.Arrays.toString(row.features()) + " "
                        + row.target() + " " + row.weight() + " " + row.offset())
                .toList();
    }

    static BlockOptions doubles() {
        return BlockOptions.defaults().withPrecision(Precision.DOUBLE);
    }
}
