package io.kfac.spark.data;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * MNIST's IDX format: a file of images and one of labels, named alike but for images-idx3 and labels-idx1, plain or
 * compressed. Gives columns label (if there are labels) and features (pixels divided by 255), rows in the order of the
 * files.
 */
final class IdxFiles {
    private static final String IMAGES = "images-idx3";
    private static final String LABELS = "labels-idx1";
    private static final int IMAGES_MAGIC = 0x803;
    private static final int LABELS_MAGIC = 0x801;

    private IdxFiles() {}

    /** Counts at the start of an images file. */
    record Header(int images, int pixels) {}

    /** @param test whether t10k- files are meant where a directory has both */
    static Table read(SparkSession spark, TableSource source, List<FileStatus> files, boolean test) {
        Configuration conf = Tables.conf(spark);
        Path images = images(source, files, test);
        Optional<Path> labels = labels(images, conf);
        Header header = header(images, conf);
        labels.ifPresent(path -> checkLabels(path, images, header, conf));
        int slices = Math.max(1, Math.min(header.images(), spark.sparkContext().defaultParallelism()));
        // Bytes: what is parallelised goes through the user's serializer, which may know no records.
        List<byte[]> ranges = new ArrayList<>();
        for (int k = 0; k < slices; k++) {
            int from = (int) ((long) header.images() * k / slices);
            int to = (int) ((long) header.images() * (k + 1) / slices);
            ranges.add(Portable.toBytes(new IdxRange(
                    images.toString(), labels.map(Path::toString).orElse(""), from, to - from, header.pixels())));
        }
        SerializableConfiguration portable = new SerializableConfiguration(conf);
        JavaRDD<Row> rows = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(ranges, slices)
                .flatMap(range -> Portable.fromBytes(range, IdxRange.class).read(portable.value()));
        return Table.of(spark.createDataFrame(rows, schema(labels.isPresent())), source.name());
    }

    private static StructType schema(boolean labelled) {
        List<StructField> fields = new ArrayList<>();
        if (labelled) {
            fields.add(DataTypes.createStructField("label", DataTypes.IntegerType, false));
        }
        fields.add(DataTypes.createStructField("features", SQLDataTypes.VectorType(), false));
        return DataTypes.createStructType(fields);
    }

    private static Path images(TableSource source, List<FileStatus> files, boolean test) {
        List<Path> found = files.stream()
                .map(FileStatus::getPath)
                .filter(path -> path.getName().contains(IMAGES))
                .toList();
        if (found.isEmpty()) {
            throw new BadInput("Cannot read %s as idx: no file is named like train-images-idx3-ubyte or ....gz"
                    .formatted(source.name()));
        }
        if (found.size() == 1) {
            return found.get(0);
        }
        return found.stream()
                .filter(path -> isTest(path) == test)
                .findFirst()
                .orElseThrow(
                        () -> new BadInput("Cannot read %s as idx: it has several image files, and none is named %s"
                                .formatted(
                                        source.name(), test ? "t10k-images-idx3-ubyte" : "train-images-idx3-ubyte")));
    }

    private static boolean isTest(Path path) {
        return path.getName().startsWith("t10k") || path.getName().startsWith("test");
    }

    /** The test images of a directory that has training images too. */
    static Optional<String> ownTestImages(List<FileStatus> files) {
        List<Path> images = files.stream()
                .map(FileStatus::getPath)
                .filter(path -> path.getName().contains(IMAGES))
                .toList();
        boolean both =
                images.stream().anyMatch(IdxFiles::isTest) && images.stream().anyMatch(path -> !isTest(path));
        return both
                ? images.stream().filter(IdxFiles::isTest).map(Path::toString).findFirst()
                : Optional.empty();
    }

    private static Optional<Path> labels(Path images, Configuration conf) {
        Path labels = new Path(images.getParent(), images.getName().replace(IMAGES, LABELS));
        try {
            return labels.getFileSystem(conf).exists(labels) ? Optional.of(labels) : Optional.empty();
        } catch (IOException e) {
            throw new BadInput("Cannot read %s: %s".formatted(labels, ReadFailures.firstLine(e)), e);
        }
    }

    private static Header header(Path images, Configuration conf) {
        try (DataInputStream in = new DataInputStream(InputFiles.open(images, conf))) {
            int magic = in.readInt();
            if (magic != IMAGES_MAGIC) {
                throw new BadInput("Cannot read %s as idx images: it starts with %08x, not %08x"
                        .formatted(images, magic, IMAGES_MAGIC));
            }
            int count = in.readInt();
            int pixels = Math.multiplyExact(in.readInt(), in.readInt());
            if (count < 1 || pixels < 1) {
                throw new BadInput("Cannot read %s: it has %d images of %d pixels".formatted(images, count, pixels));
            }
            return new Header(count, pixels);
        } catch (EOFException e) {
            throw new BadInput("Cannot read %s as idx images: it ends within its header".formatted(images), e);
        } catch (IOException | ArithmeticException e) {
            throw new BadInput("Cannot read %s: %s".formatted(images, ReadFailures.firstLine(e)), e);
        }
    }

    private static void checkLabels(Path labels, Path images, Header header, Configuration conf) {
        try (DataInputStream in = new DataInputStream(InputFiles.open(labels, conf))) {
            int magic = in.readInt();
            int count = in.readInt();
            if (magic != LABELS_MAGIC || count != header.images()) {
                throw new BadInput("Cannot read %s as idx labels: it has %d labels, and %s has %d images"
                        .formatted(labels, magic == LABELS_MAGIC ? count : 0, images.getName(), header.images()));
            }
        } catch (IOException e) {
            throw new BadInput("Cannot read %s: %s".formatted(labels, ReadFailures.firstLine(e)), e);
        }
    }
}
