package io.kfac.spark.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Objects as bytes by Java serialisation. Task results, shuffled data and cached blocks go through
 * {@code spark.serializer}, and where the user set Kryo there, records cannot be read back and unregistered classes may
 * be refused; arrays of bytes always work.
 */
public final class Portable {
    private Portable() {}

    public static byte[] toBytes(Serializable object) {
        return toBytes(object, 0);
    }

    /** @param expected about how many bytes it will be: spares growing the buffer */
    public static byte[] toBytes(Serializable object, long expected) {
        int slack = 4_096;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Math.min(expected + slack, 1 << 30));
        try (ObjectOutputStream out = new BulkStream(bytes)) {
            out.writeObject(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public static <T> T fromBytes(byte[] bytes, Class<T> type) {
        try (ObjectInputStream in = new LoaderAwareStream(bytes)) {
            return type.cast(in.readObject());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("Cannot read a %s back".formatted(type.getName()), e);
        }
    }

    /** Writes arrays of numbers as arrays of bytes: Java's stream takes numbers one by one, several times slower. */
    private static final class BulkStream extends ObjectOutputStream {
        BulkStream(OutputStream out) throws IOException {
            super(out);
            enableReplaceObject(true);
        }

        @Override
        protected Object replaceObject(Object object) {
            if (object instanceof float[] values) {
                byte[] bytes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
                buffer(bytes).asFloatBuffer().put(values);
                return new Floats(bytes);
            }
            if (object instanceof double[] values) {
                byte[] bytes = new byte[Math.multiplyExact(values.length, Double.BYTES)];
                buffer(bytes).asDoubleBuffer().put(values);
                return new Doubles(bytes);
            }
            return object;
        }
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A {@code float[]} on its way. */
    private record Floats(byte[] bytes) implements Serializable {
        @Serial
        private Object readResolve() {
            float[] values = new float[bytes.length / Float.BYTES];
            buffer(bytes).asFloatBuffer().get(values);
            return values;
        }
    }

    /** A {@code double[]} on its way. */
    private record Doubles(byte[] bytes) implements Serializable {
        @Serial
        private Object readResolve() {
            double[] values = new double[bytes.length / Double.BYTES];
            buffer(bytes).asDoubleBuffer().get(values);
            return values;
        }
    }

    /** Finds classes by the loader of this jar, which need not be the JVM's first. */
    private static final class LoaderAwareStream extends ObjectInputStream {
        LoaderAwareStream(byte[] bytes) throws IOException {
            super(new ByteArrayInputStream(bytes));
        }

        @Override
        protected Class<?> resolveClass(java.io.ObjectStreamClass description)
                throws IOException, ClassNotFoundException {
            try {
                return Class.forName(description.getName(), false, Portable.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                return super.resolveClass(description);
            }
        }
    }
}
