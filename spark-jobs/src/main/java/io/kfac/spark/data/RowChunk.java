package io.kfac.spark.data;

/**
 * Encoded rows as one array of bytes: what the shuffle moves, instead of row objects. Header (part, source partition,
 * sequence number, rows, stored entries), then ids, weights, offsets, targets, and the features: dense rows, or where each sparse one's
 * entries end, and their columns and values.
 */
final class RowChunk {
    static final int HEADER_INTS = 5;

    private final BlockLayout layout;
    private final byte[] bytes;
    private final int rows;
    private final int idsAt;
    private final int weightsAt;
    private final int offsetsAt;
    private final int targetsAt;
    private final int columnsAt;
    private final int valuesAt;
    /** Of sparse rows: where each row's entries start, and the end of the last. */
    private final int[] starts;

    RowChunk(BlockLayout layout, byte[] bytes) {
        this.layout = layout;
        this.bytes = bytes;
        this.rows = ByteArrays.getInt(bytes, 12);
        int entries = ByteArrays.getInt(bytes, 16);
        this.idsAt = HEADER_INTS * Integer.BYTES;
        this.weightsAt = idsAt + rows * Long.BYTES;
        this.offsetsAt = weightsAt + (layout.weighted() ? rows * Double.BYTES : 0);
        this.targetsAt = offsetsAt + (layout.shifted() ? rows * Double.BYTES : 0);
        int endsAt = targetsAt + rows * layout.target().bytes();
        this.columnsAt = endsAt + (layout.sparse() ? rows * Integer.BYTES : 0);
        this.valuesAt = columnsAt + entries * Integer.BYTES;
        this.starts = new int[layout.sparse() ? rows + 1 : 0];
        if (layout.sparse()) {
            ByteArrays.get(bytes, endsAt, starts, 1, rows);
        }
    }

    static int bytes(BlockLayout layout, int rows, int entries, int valueBytes) {
        int perRow = Long.BYTES
                + (layout.weighted() ? Double.BYTES : 0)
                + (layout.shifted() ? Double.BYTES : 0)
                + layout.target().bytes()
                + (layout.sparse() ? Integer.BYTES : 0);
        return HEADER_INTS * Integer.BYTES + rows * perRow + entries * Integer.BYTES + valueBytes;
    }

    /** 0: training rows; 1: held out rows. */
    int part() {
        return ByteArrays.getInt(bytes, 0);
    }

    /** Partition of the table. */
    int source() {
        return ByteArrays.getInt(bytes, 4);
    }

    /** Number of the chunk among those of its source partition. */
    int sequence() {
        return ByteArrays.getInt(bytes, 8);
    }

    int rows() {
        return rows;
    }

    long id(int row) {
        return ByteArrays.getLong(bytes, idsAt + row * Long.BYTES);
    }

    void weight(int row, double[] out, int at) {
        ByteArrays.get(bytes, weightsAt + row * Double.BYTES, out, at, 1);
    }

    void offset(int row, double[] out, int at) {
        ByteArrays.get(bytes, offsetsAt + row * Double.BYTES, out, at, 1);
    }

    void label(int row, int[] out, int at) {
        ByteArrays.get(bytes, targetsAt + row * Integer.BYTES, out, at, 1);
    }

    double target(int row) {
        return Double.longBitsToDouble(ByteArrays.getLong(bytes, targetsAt + row * Double.BYTES));
    }

    /** Stored entries of a sparse row. */
    int entries(int row) {
        return starts[row + 1] - starts[row];
    }

    void columns(int row, int[] out, int at) {
        ByteArrays.get(bytes, columnsAt + starts[row] * Integer.BYTES, out, at, entries(row));
    }

    /** Features of a dense row, or stored values of a sparse one. */
    void values(int row, float[] out, int at) {
        int count = layout.sparse() ? entries(row) : layout.width();
        int first = layout.sparse() ? starts[row] : row * layout.width();
        ByteArrays.get(bytes, valuesAt + first * Float.BYTES, out, at, count);
    }

    /** Features of a dense row, or stored values of a sparse one. */
    void values(int row, double[] out, int at) {
        int count = layout.sparse() ? entries(row) : layout.width();
        int first = layout.sparse() ? starts[row] : row * layout.width();
        ByteArrays.get(bytes, valuesAt + first * Double.BYTES, out, at, count);
    }
}
