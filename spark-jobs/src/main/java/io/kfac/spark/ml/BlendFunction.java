package io.kfac.spark.ml;

import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.api.java.UDF1;
import scala.collection.Seq;

/** A row's blended probabilities. @param weights one a vector, positive @param columns their names, for messages */
record BlendFunction(double[] weights, String[] columns) implements UDF1<Seq<Vector>, Vector> {
    /** The class of the largest probability, the first of equal ones. */
    static final UDF1<Vector, Double> LARGEST = probabilities -> (double) probabilities.argmax();

    /** As long as the longest vector: a class that a model does not know has probability 0. */
    @Override
    public Vector call(Seq<Vector> vectors) {
        int classes = 0;
        for (int m = 0; m < weights.length; m++) {
            if (vectors.apply(m) == null) {
                throw new IllegalArgumentException(Messages.missing(columns[m]));
            }
            classes = Math.max(classes, vectors.apply(m).size());
        }
        double[] blend = new double[classes];
        for (int m = 0; m < weights.length; m++) {
            double[] probabilities = vectors.apply(m).toArray();
            for (int k = 0; k < probabilities.length; k++) {
                blend[k] += weights[m] * probabilities[k];
            }
        }
        return Vectors.dense(blend);
    }
}
