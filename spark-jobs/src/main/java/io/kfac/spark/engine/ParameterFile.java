package io.kfac.spark.engine;

import io.kfac.linalg.Matrix;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.io.IOException;
import java.util.BitSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * Parameters in one Parquet file that Spark and pandas read too: a row for each row of each layer's W, in order. Written on
 * the driver, where they are, so that it takes no job.
 */
final class ParameterFile {
    private static final MessageType SCHEMA =
            MessageTypeParser.parseMessageType("message parameters { required int32 layer; required int32 row;"
                    + " required group weights (LIST) { repeated group list { required double element; } } }");

    private ParameterFile() {}

    static void write(Network network, Parameters parameters, Path path, Configuration conf) throws IOException {
        SimpleGroupFactory groups = new SimpleGroupFactory(SCHEMA);
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new RawOutput(path, conf))
                .withType(SCHEMA)
                .withConf(conf)
                // Weights do not compress, and a codec might need a native library.
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .withDictionaryEncoding(false)
                .build()) {
            for (int l = 0; l < network.depth(); l++) {
                Matrix weights = parameters.layer(l);
                double[] row = new double[weights.cols()];
                for (int i = 0; i < weights.rows(); i++) {
                    weights.getRow(i, row);
                    Group group = groups.newGroup().append("layer", l).append("row", i);
                    Group list = group.addGroup("weights");
                    for (double weight : row) {
                        list.addGroup("list").append("element", weight);
                    }
                    writer.write(group);
                }
            }
        }
    }

    /** @throws IllegalArgumentException if a row is missing, has another length or a number that is not finite */
    static Parameters read(Network network, Path path, Configuration conf) throws IOException {
        int rows = network.layers().stream().mapToInt(Layer::outputs).sum();
        double[] values = new double[network.size()];
        BitSet seen = new BitSet(rows);
        Files.system(path, conf).getFileStatus(path);
        try (ParquetReader<Group> reader = ParquetReader.builder(new GroupReadSupport(), path)
                .withConf(conf)
                .build()) {
            for (Group group = reader.read(); group != null; group = reader.read()) {
                place(network, group, values, seen);
            }
        } catch (IOException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s: %s".formatted(path.getName(), e.getMessage()), e);
        } catch (RuntimeException e) {
            // Parquet's own complaints about bytes that are no Parquet come as RuntimeException.
            throw new IllegalArgumentException("%s is damaged: %s".formatted(path.getName(), e.getMessage()), e);
        }
        if (seen.cardinality() != rows) {
            throw new IllegalArgumentException("%s has %d of the %d rows of weights that %s names"
                    .formatted(path.getName(), seen.cardinality(), rows, ModelStore.METADATA));
        }
        return Parameters.of(network, values);
    }

    private static void place(Network network, Group group, double[] values, BitSet seen) {
        int l = group.getInteger("layer", 0);
        int row = group.getInteger("row", 0);
        Group list = group.getGroup("weights", 0);
        int count = list.getFieldRepetitionCount("list");
        if (l < 0 || l >= network.depth() || row < 0 || row >= network.layer(l).outputs()) {
            throw new IllegalArgumentException(
                    "row %d of layer %d is none of the network %s".formatted(row, l, network.widths()));
        }
        if (count != network.layer(l).columns()) {
            throw new IllegalArgumentException("row %d of layer %d has %d weights, the network's has %d"
                    .formatted(row, l, count, network.layer(l).columns()));
        }
        int offset = 0;
        int rowsBefore = 0;
        for (int k = 0; k < l; k++) {
            offset += network.layer(k).size();
            rowsBefore += network.layer(k).outputs();
        }
        offset += row * count;
        for (int j = 0; j < count; j++) {
            double weight = list.getGroup("list", j).getDouble("element", 0);
            if (!Double.isFinite(weight)) {
                throw new IllegalArgumentException("row %d of layer %d has a weight %s".formatted(row, l, weight));
            }
            values[offset + j] = weight;
        }
        seen.set(rowsBefore + row);
    }

    /** Writes through {@link Files}, without checksum files beside. */
    private record RawOutput(Path path, Configuration conf) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) throws IOException {
            return open(false);
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
            return open(true);
        }

        private PositionOutputStream open(boolean overwrite) throws IOException {
            FSDataOutputStream out = Files.system(path, conf).create(path, overwrite);
            return HadoopStreams.wrap(out);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }
}
