package io.kfac.spark.table;

import io.kfac.spark.data.ColumnChunk;
import io.kfac.spark.data.RowSums;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The first pass of a fit: all that maximum likelihood needs of every column, by key. The key, if there is one, is the first column of
 * categories.
 */
final class FitSums implements RowSums<FitSums> {
    private static final long serialVersionUID = 1L;

    /** Keys whose rows are fitted each by themselves; beyond, memory would grow with the data. */
    static final int MOST_KEYS = 100;

    private final Statistics statistics;
    private final int numbers;
    private final int categories;
    private final boolean keyed;
    private final int sampled;
    private final TreeMap<String, Part> parts = new TreeMap<>();
    private long rows;
    private long withoutKey;
    private long beyondKeys;

    private transient List<Part> byCode;
    private transient KeyedRows order;
    private transient double[] compact;
    private transient StatisticSums.Scratch scratch;

    /** Rows of one key. Counts of categories are by code until the task ends. */
    static final class Part implements Serializable {
        private static final long serialVersionUID = 1L;

        final NumberSums[] numbers;
        final CategoryCounts[] categories;
        final RowSample sample;
        long rows;
        private transient List<long[]> byCode;

        Part(FitSums of) {
            numbers = new NumberSums[of.numbers];
            Arrays.setAll(numbers, j -> new NumberSums(of.statistics));
            categories = new CategoryCounts[of.categories];
            Arrays.setAll(categories, j -> new CategoryCounts());
            sample = new RowSample(of.sampled);
        }
    }

    /** @param sampled rows that are kept as they are, of each key */
    FitSums(Statistics statistics, int numbers, int categories, boolean keyed, int sampled) {
        this.statistics = statistics;
        this.numbers = numbers;
        this.categories = categories - (keyed ? 1 : 0);
        this.keyed = keyed;
        this.sampled = sampled;
    }

    @Override
    public void add(ColumnChunk chunk) {
        if (byCode == null) {
            byCode = new ArrayList<>();
            order = new KeyedRows();
            compact = new double[ColumnChunk.CAPACITY];
            scratch = new StatisticSums.Scratch(statistics);
        }
        rows += chunk.rows();
        order.sort(chunk, keyed, MOST_KEYS);
        withoutKey += order.missing();
        beyondKeys += order.beyond();
        for (int key = 0; key < order.keys(); key++) {
            if (key == byCode.size()) {
                byCode.add(new Part(this));
            }
            if (order.end(key) > order.start(key)) {
                addTo(byCode.get(key), chunk, order.start(key), order.end(key));
            }
        }
    }

    private void addTo(Part part, ColumnChunk chunk, int from, int to) {
        int[] at = order.rows();
        part.rows += to - from;
        for (int j = 0; j < numbers; j++) {
            part.numbers[j].add(chunk.numbers(j), at, from, to, compact, scratch);
        }
        if (part.byCode == null) {
            part.byCode = new ArrayList<>();
            for (int j = 0; j < categories; j++) {
                part.byCode.add(new long[0]);
            }
        }
        for (int j = 0; j < categories; j++) {
            int[] codes = chunk.codes(j + (keyed ? 1 : 0));
            CategoryCounts counts = part.categories[j];
            long[] byCode = part.byCode.get(j);
            for (int i = from; i < to; i++) {
                int code = codes[at[i]];
                if (code >= byCode.length) {
                    byCode = Arrays.copyOf(byCode, Math.max(16, 2 * code + 1));
                }
                if (code >= 0) {
                    byCode[code]++;
                } else if (code == ColumnChunk.MISSING) {
                    counts.addMissing(1);
                } else {
                    counts.addBeyond(1);
                }
            }
            part.byCode.set(j, byCode);
        }
        for (int i = from; i < to; i++) {
            part.sample.add(chunk, at[i], numbers);
        }
    }

    @Override
    public void finish(ColumnChunk chunk) {
        if (byCode == null) {
            return;
        }
        List<String> keys = keyed ? chunk.labels(0) : List.of("");
        for (int key = 0; key < byCode.size(); key++) {
            Part part = byCode.get(key);
            for (int j = 0; j < categories && part.byCode != null; j++) {
                List<String> labels = chunk.labels(j + (keyed ? 1 : 0));
                long[] counts = part.byCode.get(j);
                for (int code = 0; code < Math.min(counts.length, labels.size()); code++) {
                    if (counts[code] > 0) {
                        part.categories[j].add(labels.get(code), counts[code]);
                    }
                }
            }
            if (part.rows > 0) {
                parts.put(keys.get(key), part);
            }
        }
        byCode = null;
    }

    @Override
    public void merge(FitSums later) {
        if (scratch == null) {
            scratch = new StatisticSums.Scratch(statistics);
        }
        rows += later.rows;
        withoutKey += later.withoutKey;
        beyondKeys += later.beyondKeys;
        for (Map.Entry<String, Part> entry : later.parts.entrySet()) {
            Part mine = parts.putIfAbsent(entry.getKey(), entry.getValue());
            if (mine == null) {
                continue;
            }
            Part that = entry.getValue();
            mine.rows += that.rows;
            for (int j = 0; j < numbers; j++) {
                mine.numbers[j].merge(that.numbers[j], scratch);
            }
            for (int j = 0; j < categories; j++) {
                mine.categories[j].merge(that.categories[j]);
            }
            mine.sample.merge(that.sample);
        }
    }

    /** By key; "" where there is none. */
    Map<String, Part> parts() {
        return parts;
    }

    long rows() {
        return rows;
    }

    /** Rows whose key is missing: in no part. */
    long withoutKey() {
        return withoutKey;
    }

    /** Rows of keys that were too many to be told apart. */
    long beyondKeys() {
        return beyondKeys;
    }
}
