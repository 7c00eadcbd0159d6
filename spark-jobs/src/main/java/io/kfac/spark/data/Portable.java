package io.kfac.spark.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * Objects as bytes by Java serialisation. Task results, shuffled data and cached blocks go through
 * {@code spark.serializer}, and where the user set Kryo there, records cannot be read back and unregistered classes may
 * be refused; arrays of bytes always work.
 */
public final class Portable {
    private Portable() {}

    public static byte[] toBytes(Serializable object) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
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
