package io.kfac.spark.data;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoSerializable;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.kfac.batch.MiniBatch;
import java.io.Serializable;

/**
 * A block as Spark's cache holds it. Where memory is short the cache writes blocks to disk by {@code spark.serializer};
 * if that is Kryo, which cannot read records, the block takes Java serialisation all the same.
 */
final class CachedBlock implements Serializable, KryoSerializable {
    private static final long serialVersionUID = 1L;

    private int part;
    private MiniBatch batch;

    /** For Kryo. */
    @SuppressWarnings("unused")
    private CachedBlock() {}

    /** @param part 0: training rows; 1: held out rows */
    CachedBlock(int part, MiniBatch batch) {
        this.part = part;
        this.batch = batch;
    }

    int part() {
        return part;
    }

    MiniBatch batch() {
        return batch;
    }

    @Override
    public void write(Kryo kryo, Output output) {
        byte[] bytes = Portable.toBytes(batch);
        output.writeInt(part);
        output.writeInt(bytes.length);
        output.writeBytes(bytes);
    }

    @Override
    public void read(Kryo kryo, Input input) {
        part = input.readInt();
        batch = Portable.fromBytes(input.readBytes(input.readInt()), MiniBatch.class);
    }
}
