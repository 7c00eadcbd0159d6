package io.kfac.spark.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * From what the statistics pass found to encodings of features and their moments, in the order of the table's columns.
 */
final class EncodingInference {
    private final String table;
    private final DataOptions options;
    private final TableStatistics statistics;
    private final List<ColumnEncoding> encodings = new ArrayList<>();
    private final List<Double> means = new ArrayList<>();
    private final List<Double> squares = new ArrayList<>();
    private double nonzeros;

    private EncodingInference(String table, DataOptions options, TableStatistics statistics) {
        this.table = table;
        this.options = options;
        this.statistics = statistics;
    }

    /**
     * @param means   a number a feature: weighted mean of the training rows
     * @param sigmas  sample standard deviations
     * @param density share of features that are not zero
     */
    record Inferred(FeatureEncoding encoding, double[] means, double[] sigmas, double density) {}

    static Inferred infer(String table, TableLayout layout, DataOptions options, TableStatistics statistics) {
        EncodingInference inference = new EncodingInference(table, options, statistics);
        int number = 0;
        for (String column : layout.features()) {
            if (statistics.vectors().containsKey(column)) {
                inference.vector(column, statistics.vectors().get(column));
            } else if (statistics.texts().containsKey(column)) {
                inference.text(column, statistics.texts().get(column).values());
            } else {
                inference.number(column, number++);
            }
        }
        return inference.finish();
    }

    /** Share of features that are not zero, of a table whose encoding is given. */
    static double density(TableStatistics statistics, FeatureEncoding encoding) {
        double nonzeros = statistics.numbers().moments().nonzeros();
        for (VectorProbe probe : statistics.vectors().values()) {
            nonzeros += probe.moments().nonzeros();
        }
        for (TextProbe probe : statistics.texts().values()) {
            nonzeros += probe.values().rows();
        }
        return nonzeros / ((double) statistics.training().rows() * encoding.width());
    }

    private void vector(String column, VectorProbe probe) {
        Moments moments = probe.moments();
        if (probe.size() < 1) {
            throw new BadInput("Cannot use column '%s' of %s: its vectors are empty".formatted(column, table));
        }
        encodings.add(new ColumnEncoding.VectorColumn(column, probe.size()));
        for (int j = 0; j < probe.size(); j++) {
            means.add(moments.mean(j));
            squares.add(moments.squares(j));
        }
        nonzeros += moments.nonzeros();
    }

    private void number(String column, int j) {
        NumbersProbe numbers = statistics.numbers();
        if (!options.columns().keep().contains(column)) {
            if (statistics.rows() >= Identifiers.LEAST_ROWS && numbers.countsRows(j, statistics.rows())) {
                throw Identifiers.refuse(column, table, "it counts the rows one by one");
            }
            if (numbers.isKeyed(j)) {
                throw Identifiers.refuse(column, table, "it has another value in nearly every row");
            }
        }
        Moments moments = numbers.moments();
        OptionalDouble whenMissing =
                switch (options.encoding().impute()) {
                    case REFUSE -> OptionalDouble.empty();
                    case ZERO -> OptionalDouble.of(0);
                    case MEAN -> OptionalDouble.of(moments.mean(j));
                    case MOST_FREQUENT -> OptionalDouble.of(numbers.mostFrequent(j));
                };
        if (numbers.missing(j) > 0 && whenMissing.isPresent()) {
            double missingWeight = Math.max(0, statistics.training().weight() - moments.weight(j));
            moments.mergeConstant(j, missingWeight, whenMissing.getAsDouble());
            nonzeros += whenMissing.getAsDouble() != 0 ? numbers.missing(j) : 0;
        }
        encodings.add(new ColumnEncoding.Numeric(column, whenMissing));
        means.add(moments.mean(j));
        squares.add(moments.squares(j));
    }

    private void text(String column, DistinctValues values) {
        boolean keep = options.columns().keep().contains(column);
        boolean unique = Identifiers.nearlyUnique(values.counts().size(), values.keptRows());
        if (unique && (values.overflowed() || Identifiers.isNamedLikeOne(column)) && !keep) {
            throw Identifiers.refuse(column, table, "it has another value in nearly every row");
        }
        if (values.overflowed()) {
            throw new BadInput(("Cannot use string column '%s' of %s: it has more than %d distinct values%s."
                            + " Remedy: --set data.maxCategories=N, or --set data.drop=[%s]")
                    .formatted(column, table, options.encoding().maxCategories(), numbersBut(values), column));
        }
        List<String> categories = new ArrayList<>(values.counts().keySet());
        if (categories.isEmpty()) {
            throw new BadInput("Cannot use column '%s' of %s: it is empty in every row. Remedy: --set data.drop=[%s]"
                    .formatted(column, table, column));
        }
        categories.sort(null);
        Optional<String> whenMissing =
                switch (options.encoding().impute()) {
                    case REFUSE -> Optional.empty();
                    case ZERO -> Optional.of("");
                    case MEAN, MOST_FREQUENT -> Optional.of(mostFrequent(categories, values));
                };
        encodings.add(new ColumnEncoding.OneHot(column, categories, whenMissing));
        double total = statistics.training().weight();
        for (String category : categories) {
            DistinctValues.Count count = values.counts().get(category);
            boolean imputed = whenMissing.filter(category::equals).isPresent();
            double weight = count.weight + (imputed ? values.missingWeight() : 0);
            means.add(weight / total);
            squares.add(weight * (1 - weight / total));
            nonzeros += count.rows + (imputed ? values.missing() : 0);
        }
    }

    /** A hint where a column of numbers became strings because of a few entries such as NA. */
    private static String numbersBut(DistinctValues values) {
        List<String> words = values.counts().keySet().stream()
                .filter(value -> !isNumber(value))
                .toList();
        return words.isEmpty() || 2 * words.size() >= values.counts().size()
                ? ""
                : "; most are numbers, but '%s' is not (--set data.options.nullValue=%s reads it as missing)"
                        .formatted(words.get(0), words.get(0));
    }

    private static boolean isNumber(String text) {
        try {
            Double.parseDouble(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String mostFrequent(List<String> categories, DistinctValues values) {
        return categories.stream()
                .max(java.util.Comparator.<String>comparingDouble(
                                category -> values.counts().get(category).weight)
                        .thenComparing(java.util.Comparator.reverseOrder()))
                .orElseThrow();
    }

    private Inferred finish() {
        nonzeros += statistics.numbers().moments().nonzeros();
        FeatureEncoding encoding = new FeatureEncoding(encodings);
        double freedom = statistics.training().degreesOfFreedom();
        double[] sigmas = squares.stream()
                .mapToDouble(sum -> freedom > 0 ? Math.sqrt(Math.max(0, sum) / freedom) : 0)
                .toArray();
        double[] mean = means.stream().mapToDouble(Double::doubleValue).toArray();
        flattenConstants(mean, sigmas);
        double cells = (double) statistics.training().rows() * encoding.width();
        return new Inferred(encoding, mean, sigmas, nonzeros / cells);
    }

    /** A column whose deviations are rounding errors of its mean is constant: scaled up, they would be noise. */
    private static void flattenConstants(double[] means, double[] sigmas) {
        double tolerance = 1e-12;
        Arrays.setAll(sigmas, j -> sigmas[j] <= tolerance * Math.abs(means[j]) ? 0 : sigmas[j]);
    }
}
