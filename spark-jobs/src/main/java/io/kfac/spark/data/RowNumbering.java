package io.kfac.spark.data;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * Row ids by position: files in order of their paths, rows in order within a file, however Spark packed files into
 * partitions; tables that are not read from files in order of their partitions.
 */
final class RowNumbering {
    private final List<List<Segment>> segments;
    private final long[][] firstIds;
    private final long[][] firstInFile;
    private final long rows;

    /** @param segments by partition, as {@link SegmentTracker} found them */
    RowNumbering(List<List<Segment>> segments) {
        this.segments = segments;
        this.firstIds = new long[segments.size()][];
        this.firstInFile = new long[segments.size()][];
        List<int[]> order = new ArrayList<>();
        for (int p = 0; p < segments.size(); p++) {
            int count = segments.get(p).size();
            firstIds[p] = new long[count];
            firstInFile[p] = new long[count];
            for (int s = 0; s < count; s++) {
                order.add(new int[] {p, s});
            }
        }
        // A stable sort: segments without a file keep the order of partitions.
        order.sort(Comparator.<int[], String>comparing(at -> segment(at).file())
                .thenComparingLong(at -> segment(at).start()));
        long next = 0;
        Map<String, Long> nextInFile = new HashMap<>();
        for (int[] at : order) {
            Segment segment = segment(at);
            firstIds[at[0]][at[1]] = next;
            next += segment.rows();
            long inFile = nextInFile.getOrDefault(segment.file(), 0L);
            firstInFile[at[0]][at[1]] = inFile;
            nextInFile.put(segment.file(), inFile + segment.rows());
        }
        this.rows = next;
    }

    private Segment segment(int[] at) {
        return segments.get(at[0]).get(at[1]);
    }

    long rows() {
        return rows;
    }

    /** Of each partition. */
    long[] partitionRows() {
        return segments.stream()
                .mapToLong(part -> part.stream().mapToLong(Segment::rows).sum())
                .toArray();
    }

    /** Ids of the first rows of segments, by partition: id = firstIds[partition][segment] + position. */
    long[][] firstIds() {
        return firstIds;
    }

    long id(RowPosition at) {
        return firstIds[at.partition()][at.segment()] + at.position();
    }

    /** {@code "row 17 of data.csv"}: counted from 1, a header line not counted. */
    String describe(RowPosition at, String table) {
        Segment segment = segments.get(at.partition()).get(at.segment());
        long row = firstInFile[at.partition()][at.segment()] + at.position() + 1;
        return "row %d of %s".formatted(row, segment.file().isEmpty() ? table : readable(segment.file()));
    }

    /** A file's address as people write it: Spark's is escaped, and local ones begin with file://. */
    private static String readable(String address) {
        try {
            URI uri = new URI(address);
            return "file".equals(uri.getScheme()) ? uri.getPath() : new Path(uri).toString();
        } catch (URISyntaxException e) {
            return address;
        }
    }
}
