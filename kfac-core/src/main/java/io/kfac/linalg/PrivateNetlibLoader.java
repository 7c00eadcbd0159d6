package io.kfac.linalg;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Defines a second copy of netlib, and of our adaptor to it, from the parent's class files. netlib chooses between
 * native and Java code once, when its classes are initialised; where somebody (MLlib) did that before a library was
 * there, only new classes can choose again. Everything else, {@link Blas} and netlib's {@code org.netlib} types
 * included, comes from the parent. netlib extracts its JNI glue to a fresh file each time, so the JVM's rule of one
 * class loader for one library file is kept.
 */
final class PrivateNetlibLoader extends ClassLoader {
    private static final String NETLIB = "dev.ludovic.netlib.";

    static {
        registerAsParallelCapable();
    }

    PrivateNetlibLoader(ClassLoader parent) {
        super("kfac-netlib", parent);
    }

    /**
     * A native BLAS from this loader's own copy of netlib.
     * @throws ReflectiveOperationException or an unchecked error where that fails
     */
    static Blas createNative() throws ReflectiveOperationException {
        PrivateNetlibLoader loader = new PrivateNetlibLoader(NativeBlas.class.getClassLoader());
        Class<?> adaptor = Class.forName(NetlibBlas.class.getName(), true, loader);
        if (adaptor == NetlibBlas.class) {
            throw new IllegalStateException(
                    "Cannot make a second copy of netlib: its classes came from the parent loader");
        }
        var factory = adaptor.getDeclaredMethod("createNative");
        factory.setAccessible(true);
        return (Blas) factory.invoke(null);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(NETLIB) && !name.equals(NetlibBlas.class.getName())) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                loaded = define(name);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the class file of " + name, e);
        }
    }
}
