package io.kfac.spark.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** Small files through Hadoop's FileSystem. */
public final class Files {
    private Files() {}

    /**
     * The file system of a path. The local one without Hadoop's checksum files: those hold back what is flushed, and make a file
     * that was edited by hand unreadable.
     */
    public static FileSystem system(Path path, Configuration conf) {
        try {
            FileSystem found = path.getFileSystem(conf);
            return found instanceof LocalFileSystem local ? local.getRawFileSystem() : found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void write(Path path, String text, Configuration conf) {
        try (FSDataOutputStream out = system(path, conf).create(path, true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Aside first, then renamed: the file is there whole or not at all. One that was there is replaced. */
    public static void writeWhole(Path path, String text, Configuration conf) {
        Path aside = new Path(path.getParent(), "." + path.getName() + ".tmp");
        write(aside, text, conf);
        try {
            FileSystem files = system(path, conf);
            files.delete(path, false);
            if (!files.rename(aside, path)) {
                throw new IOException("Cannot rename %s to %s".formatted(aside, path));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static boolean exists(Path path, Configuration conf) {
        try {
            return system(path, conf).exists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file, or a directory and all that is in it, if there is one. */
    public static void delete(Path path, Configuration conf) {
        try {
            system(path, conf).delete(path, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole file, as UTF-8. */
    public static String read(Path path, Configuration conf) throws IOException {
        try (FSDataInputStream in = system(path, conf).open(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
