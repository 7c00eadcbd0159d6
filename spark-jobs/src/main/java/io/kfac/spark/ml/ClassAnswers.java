package io.kfac.spark.ml;

import io.kfac.batch.MiniBatch;
import io.kfac.linalg.Matrix;
import io.kfac.spark.data.Portable;
import io.kfac.spark.engine.Forward;
import org.apache.spark.broadcast.Broadcast;

/**
 * What a classifier says of rows: the columns that were asked for, in the order raw prediction, probability, prediction.
 * @param sent   scores as bytes: a broadcast goes through the user's serializer, which may know no records
 * @param scores of a row
 */
record ClassAnswers(
        Broadcast<byte[]> sent,
        ClassDecision decision,
        int scores,
        boolean raw,
        boolean probability,
        boolean prediction)
        implements BlockColumns.Answers {

    @Override
    public int[] sizes() {
        int[] sizes = new int[(raw ? 1 : 0) + (probability ? 1 : 0) + (prediction ? 1 : 0)];
        for (int k = 0; k < sizes.length; k++) {
            sizes[k] = prediction && k == sizes.length - 1 ? NUMBER : scores;
        }
        return sizes;
    }

    @Override
    public BlockColumns.Answers only(boolean[] wanted) {
        int next = 0;
        boolean keepsRaw = raw && wanted[next++];
        boolean keepsProbability = probability && wanted[next++];
        boolean keepsPrediction = prediction && wanted[next];
        return new ClassAnswers(sent, decision, scores, keepsRaw, keepsProbability, keepsPrediction);
    }

    @Override
    public BlockColumns.RowAnswers start() {
        return new Task(this, Portable.fromBytes(sent.value(), ClassScores.class));
    }

    private static final class Task implements BlockColumns.RowAnswers {
        private final ClassAnswers asked;
        private final ClassScores scores;
        private final Forward forward;
        private final double[] outputs;
        private final double[] raw;
        private Matrix blockOutputs;

        Task(ClassAnswers asked, ClassScores scores) {
            this.asked = asked;
            this.scores = scores;
            this.forward = Forward.of(scores.network(), scores.parameters());
            this.outputs = new double[scores.network().outputs()];
            this.raw = new double[asked.scores];
        }

        @Override
        public void take(MiniBatch block) {
            blockOutputs = forward.outputs(block);
        }

        @Override
        public void row(int index, double[] out, int[] at) {
            blockOutputs.getRow(index, outputs);
            scores.raw(outputs, raw);
            if (asked.raw) {
                System.arraycopy(raw, 0, out, at[0], raw.length);
            }
            if (asked.prediction) {
                out[at[at.length - 1]] = asked.decision.ofRaw(scores, raw);
            }
            if (asked.probability) {
                scores.toProbabilities(raw);
                System.arraycopy(raw, 0, out, at[asked.raw ? 1 : 0], raw.length);
            }
        }
    }
}
