package io.kfac.spark.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.Seekable;
import org.apache.spark.TaskContext;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Consecutive images of an IDX file, read by one task.
 * @param labels empty: there are none
 */
record IdxRange(String images, String labels, int first, int count, int pixels) implements Serializable {
    private static final int IMAGES_HEADER = 16;
    private static final int LABELS_HEADER = 8;
    private static final double[] SCALED =
            IntStream.range(0, 256).mapToDouble(value -> value / 255.0).toArray();

    /** One row an image: label, if there are labels, and pixels in [0, 1]. */
    Iterator<Row> read(Configuration conf) throws IOException {
        boolean labelled = !labels.isEmpty();
        byte[] classes = new byte[labelled ? count : 0];
        if (labelled) {
            try (DataInputStream in = openAt(labels, LABELS_HEADER + (long) first, conf)) {
                in.readFully(classes);
            }
        }
        DataInputStream in = openAt(images, IMAGES_HEADER + (long) first * pixels, conf);
        TaskCompletionListener closing = context -> close(in);
        TaskContext.get().addTaskCompletionListener(closing);
        byte[] image = new byte[pixels];
        return IntStream.range(0, count)
                .mapToObj(k -> {
                    var features = Vectors.dense(read(in, image));
                    return labelled
                            ? RowFactory.create(Byte.toUnsignedInt(classes[k]), features)
                            : RowFactory.create(features);
                })
                .iterator();
    }

    private double[] read(DataInputStream in, byte[] image) {
        try {
            in.readFully(image);
        } catch (IOException e) {
            // The end of the file is the root of it. The words by which ReadFailures knows a file that cannot be read,
            // as Spark's own sources say it.
            throw new UncheckedIOException(
                    "[FAILED_READ_FILE] %s".formatted(images), new IOException(images + " ends before its last image"));
        }
        double[] values = new double[pixels];
        Arrays.setAll(values, j -> SCALED[image[j] & 0xff]);
        return values;
    }

    private static DataInputStream openAt(String path, long position, Configuration conf) throws IOException {
        InputStream in = InputFiles.open(new Path(path), conf);
        if (in instanceof Seekable seekable && in instanceof org.apache.hadoop.fs.FSDataInputStream) {
            seekable.seek(position);
        } else {
            in.skipNBytes(position); // compressed: can only be read from the start
        }
        return new DataInputStream(new BufferedInputStream(in, 1 << 16));
    }

    private static void close(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
