package io.kfac.spark.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Columns that a {@link TableScan} reads.
 * @param numbers    in the table's order
 * @param categories strings and booleans
 * @param unusable   why, by name, a column is neither
 */
public record ScanColumns(List<String> numbers, List<String> categories, Map<String, String> unusable) {

    /**
     * @param only   empty: all of the table's
     * @param except left out, such as a key; by exact name
     * @throws BadInput if a column that is named is not there, or none is left
     */
    public static ScanColumns of(Table table, List<String> only, List<String> except) {
        StructType schema = table.frame().schema();
        ColumnNames names = new ColumnNames(schema, table.name());
        List<String> chosen = new ArrayList<>();
        if (only.isEmpty()) {
            chosen.addAll(List.of(schema.fieldNames()));
        } else {
            only.forEach(name -> chosen.add(names.require(name, "column", "--columns A,B,...")));
        }
        except.forEach(name -> chosen.remove(names.require(name, "column", "--drop A,B,...")));
        List<String> numbers = new ArrayList<>();
        List<String> categories = new ArrayList<>();
        Map<String, String> unusable = new LinkedHashMap<>();
        for (String name : chosen) {
            DataType type = schema.apply(name).dataType();
            if (isCategory(type)) {
                categories.add(name);
            } else if (NumberReader.of(0, type).isPresent()) {
                numbers.add(name);
            } else {
                unusable.put(name, "its type is %s, not numbers, strings or booleans".formatted(shortName(type)));
            }
        }
        if (numbers.isEmpty() && categories.isEmpty()) {
            throw new BadInput("Cannot use %s: it has no column of numbers, strings or booleans; %s"
                    .formatted(table.name(), names.listed()));
        }
        return new ScanColumns(List.copyOf(numbers), List.copyOf(categories), unusable);
    }

    /** The column of that name, written as the table has it. @throws BadInput if there is none */
    public static String require(Table table, String name, String option) {
        return new ColumnNames(table.frame().schema(), table.name()).require(name, "column", option + " COLUMN");
    }

    /** What both tables have as the same kind; the rest is unusable, and says why. */
    public ScanColumns shared(ScanColumns other, String here, String there) {
        Map<String, String> reasons = new LinkedHashMap<>(unusable);
        List<String> sameNumbers = shared(numbers, other.numbers, other.categories, "numbers", there, reasons);
        List<String> sameCategories = shared(categories, other.categories, other.numbers, "categories", there, reasons);
        for (List<String> list : List.of(other.numbers, other.categories)) {
            list.stream()
                    .filter(name -> !numbers.contains(name) && !categories.contains(name))
                    .forEach(name -> reasons.putIfAbsent(name, "%s has no such column".formatted(here)));
        }
        other.unusable.forEach(reasons::putIfAbsent);
        return new ScanColumns(sameNumbers, sameCategories, reasons);
    }

    private static List<String> shared(
            List<String> mine,
            List<String> same,
            List<String> unlike,
            String kind,
            String there,
            Map<String, String> reasons) {
        List<String> shared = new ArrayList<>();
        for (String name : mine) {
            if (same.contains(name)) {
                shared.add(name);
            } else {
                reasons.put(
                        name,
                        unlike.contains(name)
                                ? "it holds %s here, and others in %s".formatted(kind, there)
                                : "%s has no such column".formatted(there));
            }
        }
        return shared;
    }

    private static boolean isCategory(DataType type) {
        return type instanceof BooleanType || TextReader.isText(type);
    }

    private static String shortName(DataType type) {
        Optional<VectorReader> vector = VectorReader.of(0, type);
        return vector.isPresent() ? "vectors" : type.simpleString();
    }

    /** Numbers, then categories. */
    public List<String> all() {
        List<String> all = new ArrayList<>(numbers);
        all.addAll(categories);
        return all;
    }
}
