package io.kfac.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.FloatMatrix;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Clusters often set spark.serializer to Kryo, which cannot read records; blocks that the cache writes to disk go
 * through it.
 */
class KryoTest {
    @Test
    void cachedBlocksSurviveKryo() {
        MiniBatch batch = new MiniBatch(
                new DenseFeatures(FloatMatrix.of(2, 2, new float[] {1, 2, 3, 4})),
                new Targets.Classes(new int[] {0, 1}),
                new double[0],
                new long[] {5, 6});
        SerializerInstance kryo = new KryoSerializer(new SparkConf(false)).newInstance();
        ClassTag<CachedBlock> tag = ClassTag$.MODULE$.apply(CachedBlock.class);
        CachedBlock copy = kryo.deserialize(kryo.serialize(new CachedBlock(1, batch), tag), tag);
        assertThat(copy.part()).isEqualTo(1);
        assertThat(Collected.rows(copy.batch(), 0)).usingRecursiveComparison().isEqualTo(Collected.rows(batch, 0));
    }
}
