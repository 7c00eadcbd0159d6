package io.kfac.spark.ml;

import io.kfac.batch.MiniBatch;
import io.kfac.linalg.Matrix;
import io.kfac.spark.data.Portable;
import io.kfac.spark.engine.Forward;
import org.apache.spark.broadcast.Broadcast;

/**
 * What a classifier says of rows: the columns that were asked for, in the order raw prediction, probability, prediction.
 * @param sent scores as bytes: a broadcast goes through the user's serializer, which may know no records
 */
record ClassAnswers(
        Broadcast<byte[]> sent, ClassDecision decision, boolean raw, boolean probability, boolean prediction)
        implements BlockColumns.Answers {

    @Override
    public BlockColumns.RowAnswers start() {
        return new Task(this, Portable.fromBytes(sent.value(), ClassScores.class));
    }

    private static final class Task implements BlockColumns.RowAnswers {
        private final ClassAnswers asked;
        private final ClassScores scores;
        private final Forward forward;
        private final double[] outputs;
        private Matrix blockOutputs;

        Task(ClassAnswers asked, ClassScores scores) {
            this.asked = asked;
            this.scores = scores;
            this.forward = Forward.of(scores.network(), scores.parameters());
            this.outputs = new double[scores.network().outputs()];
        }

        @Override
        public void take(MiniBatch block) {
            blockOutputs = forward.outputs(block);
        }

        @Override
        public Object[] row(int index) {
            blockOutputs.getRow(index, outputs);
            double[] raw = scores.raw(outputs);
            Object[] values =
                    new Object[(asked.raw ? 1 : 0) + (asked.probability ? 1 : 0) + (asked.prediction ? 1 : 0)];
            int at = 0;
            if (asked.raw) {
                values[at++] = BlockColumns.vector(raw);
            }
            if (asked.prediction) {
                values[values.length - 1] = asked.decision.ofRaw(scores, raw);
            }
            if (asked.probability) {
                scores.toProbabilities(raw);
                values[at] = BlockColumns.vector(raw);
            }
            return values;
        }
    }
}
