package io.kfac.spark.table;

import io.kfac.spark.data.ColumnChunk;
import io.kfac.spark.data.RowSums;
import java.util.Arrays;
import java.util.Optional;

/** The one pass of a comparison over one of its tables: statistics of every column by hashed group of rows. */
final class DriftSums implements RowSums<DriftSums> {
    private static final long serialVersionUID = 1L;

    /** Columns of a joint normal distribution: sums of its products grow with their square. */
    static final int MOST_JOINT = 32;

    /** Rows that are drawn, and numbers of them in all. */
    private static final int SAMPLED = 2_000;

    private static final int MOST_SAMPLED = 1 << 16;

    private final int groups;
    private final double share;
    private final long seed;
    private final NumberGroups[] numbers;
    private final CategoryGroups[] categories;
    private final JointGroups[] joint;
    private final RowSample sample;
    private long rows;

    private transient Work work;

    private static final class Work {
        private final int[] group = new int[ColumnChunk.CAPACITY];
        private final int[] at = new int[ColumnChunk.CAPACITY];
        private final double[][] compact = new double[2][ColumnChunk.CAPACITY];
        private final double[][] numbers;
        private final double[] u;

        Work(int columns) {
            numbers = new double[columns][];
            u = new double[columns];
        }
    }

    /** @param share of the table's rows that is used @param of how many rows it has */
    DriftSums(Statistics statistics, int numbers, int categories, int groups, double share, double of, long seed) {
        this.groups = groups;
        this.share = share;
        this.seed = seed;
        this.numbers = new NumberGroups[numbers];
        Arrays.setAll(this.numbers, j -> new NumberGroups(statistics, groups));
        this.categories = new CategoryGroups[categories];
        Arrays.setAll(this.categories, j -> new CategoryGroups(groups));
        this.joint = new JointGroups[numbers >= 2 && numbers <= MOST_JOINT ? 1 : 0];
        Arrays.setAll(joint, j -> new JointGroups(numbers, groups));
        this.sample = new RowSample(Math.min(SAMPLED, MOST_SAMPLED / Math.max(1, numbers)), share * of);
    }

    @Override
    public void add(ColumnChunk chunk) {
        if (work == null) {
            work = new Work(numbers.length);
        }
        int count = chunk.rows();
        int[] group = work.group;
        for (int i = 0; i < count; i++) {
            group[i] = RowGroups.group(seed, share, groups, chunk.ids()[i]);
            if (group[i] >= 0) {
                rows++;
                sample.add(chunk, i, numbers.length);
            }
        }
        for (int j = 0; j < numbers.length; j++) {
            work.numbers[j] = chunk.numbers(j);
            numbers[j].add(chunk.numbers(j), group, count, work.compact, work.at);
        }
        for (int j = 0; j < categories.length; j++) {
            categories[j].add(chunk.codes(j), group, count);
        }
        for (JointGroups one : joint) {
            one.add(work.numbers, group, count, work.u);
        }
    }

    @Override
    public void finish(ColumnChunk chunk) {
        for (int j = 0; j < categories.length; j++) {
            categories[j].finish(chunk.labels(j));
        }
    }

    @Override
    public void merge(DriftSums later) {
        rows += later.rows;
        sample.merge(later.sample);
        for (int j = 0; j < numbers.length; j++) {
            numbers[j].merge(later.numbers[j]);
        }
        for (int j = 0; j < categories.length; j++) {
            categories[j].merge(later.categories[j]);
        }
        for (int j = 0; j < joint.length; j++) {
            joint[j].merge(later.joint[j]);
        }
    }

    /** Rows used. */
    long rows() {
        return rows;
    }

    /** Some of them. */
    RowSample sample() {
        return sample;
    }

    NumberGroups number(int column) {
        return numbers[column];
    }

    CategoryGroups category(int column) {
        return categories[column];
    }

    /** Of all columns of numbers; empty where they are too few, or too many. */
    Optional<JointGroups> joint() {
        return Arrays.stream(joint).findFirst();
    }
}
