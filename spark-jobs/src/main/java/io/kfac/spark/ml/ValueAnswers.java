package io.kfac.spark.ml;

import io.kfac.batch.MiniBatch;
import io.kfac.linalg.Matrix;
import io.kfac.spark.data.Portable;
import io.kfac.spark.engine.Forward;
import java.util.Arrays;
import org.apache.spark.broadcast.Broadcast;

/** What a regressor says of rows: the columns that were asked for, in the order prediction, link prediction. */
record ValueAnswers(Broadcast<byte[]> sent, boolean prediction, boolean link) implements BlockColumns.Answers {

    @Override
    public int[] sizes() {
        int[] sizes = new int[(prediction ? 1 : 0) + (link ? 1 : 0)];
        Arrays.fill(sizes, NUMBER);
        return sizes;
    }

    @Override
    public BlockColumns.Answers only(boolean[] wanted) {
        boolean keepsPrediction = prediction && wanted[0];
        boolean keepsLink = link && wanted[wanted.length - 1];
        return new ValueAnswers(sent, keepsPrediction, keepsLink);
    }

    @Override
    public BlockColumns.RowAnswers start() {
        return new Task(this, Portable.fromBytes(sent.value(), ValueScores.class));
    }

    private static final class Task implements BlockColumns.RowAnswers {
        private final ValueAnswers asked;
        private final ValueScores scores;
        private final Forward forward;
        private Matrix outputs;
        private Matrix means;

        Task(ValueAnswers asked, ValueScores scores) {
            this.asked = asked;
            this.scores = scores;
            this.forward = Forward.of(scores.network(), scores.parameters());
        }

        @Override
        public void take(MiniBatch block) {
            outputs = forward.outputs(block);
            means = forward.mean();
        }

        @Override
        public void row(int index, double[] out, int[] at) {
            if (asked.prediction) {
                out[at[0]] = means.get(index, 0);
            }
            if (asked.link) {
                out[at[at.length - 1]] = scores.sign() * outputs.get(index, 0);
            }
        }
    }
}
