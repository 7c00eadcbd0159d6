package io.kfac.spark.data;

import org.apache.spark.unsafe.Platform;

/**
 * Whole arrays of numbers into and out of bytes, at the speed of memory; byte order is the machine's. Offsets count
 * elements of the number array.
 */
final class ByteArrays {
    private ByteArrays() {}

    static void put(float[] from, int offset, int count, byte[] to, int at) {
        check(offset, count, from.length, at, 4L * count, to.length);
        Platform.copyMemory(
                from, Platform.FLOAT_ARRAY_OFFSET + 4L * offset, to, Platform.BYTE_ARRAY_OFFSET + at, 4L * count);
    }

    static void put(double[] from, int offset, int count, byte[] to, int at) {
        check(offset, count, from.length, at, 8L * count, to.length);
        Platform.copyMemory(
                from, Platform.DOUBLE_ARRAY_OFFSET + 8L * offset, to, Platform.BYTE_ARRAY_OFFSET + at, 8L * count);
    }

    static void put(int[] from, int offset, int count, byte[] to, int at) {
        check(offset, count, from.length, at, 4L * count, to.length);
        Platform.copyMemory(
                from, Platform.INT_ARRAY_OFFSET + 4L * offset, to, Platform.BYTE_ARRAY_OFFSET + at, 4L * count);
    }

    static void put(long[] from, int offset, int count, byte[] to, int at) {
        check(offset, count, from.length, at, 8L * count, to.length);
        Platform.copyMemory(
                from, Platform.LONG_ARRAY_OFFSET + 8L * offset, to, Platform.BYTE_ARRAY_OFFSET + at, 8L * count);
    }

    static void get(byte[] from, int at, float[] to, int offset, int count) {
        check(offset, count, to.length, at, 4L * count, from.length);
        Platform.copyMemory(
                from, Platform.BYTE_ARRAY_OFFSET + at, to, Platform.FLOAT_ARRAY_OFFSET + 4L * offset, 4L * count);
    }

    static void get(byte[] from, int at, double[] to, int offset, int count) {
        check(offset, count, to.length, at, 8L * count, from.length);
        Platform.copyMemory(
                from, Platform.BYTE_ARRAY_OFFSET + at, to, Platform.DOUBLE_ARRAY_OFFSET + 8L * offset, 8L * count);
    }

    static void get(byte[] from, int at, int[] to, int offset, int count) {
        check(offset, count, to.length, at, 4L * count, from.length);
        Platform.copyMemory(
                from, Platform.BYTE_ARRAY_OFFSET + at, to, Platform.INT_ARRAY_OFFSET + 4L * offset, 4L * count);
    }

    static int getInt(byte[] from, int at) {
        check(0, 0, 0, at, 4, from.length);
        return Platform.getInt(from, Platform.BYTE_ARRAY_OFFSET + at);
    }

    static long getLong(byte[] from, int at) {
        check(0, 0, 0, at, 8, from.length);
        return Platform.getLong(from, Platform.BYTE_ARRAY_OFFSET + at);
    }

    // Platform copies without any check of its own: a wrong offset would corrupt the heap.
    private static void check(int offset, int count, int numbers, int at, long bytes, int length) {
        if (offset < 0 || count < 0 || offset + count > numbers || at < 0 || at + bytes > length) {
            throw new IndexOutOfBoundsException("Cannot copy numbers [%d, %d) of %d, bytes [%d, %d) of %d"
                    .formatted(offset, (long) offset + count, numbers, at, at + bytes, length));
        }
    }
}
