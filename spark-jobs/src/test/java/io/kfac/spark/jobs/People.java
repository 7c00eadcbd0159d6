package io.kfac.spark.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** A small table with numbers, a string column and string classes. */
final class People {
    static final String HEADER = "age,income,town,label";

    private People() {}

    static List<String> rows(int count) {
        Random random = new Random(7);
        String[] towns = {"Bonn", "Essen", "Ulm"};
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean yes = random.nextBoolean();
            double age = 40 + 10 * random.nextGaussian() + (yes ? 12 : 0);
            double income = Math.exp(3 + 0.5 * random.nextGaussian());
            String town = towns[yes && random.nextBoolean() ? 2 : random.nextInt(3)];
            rows.add(String.format(Locale.ROOT, "%.3f,%.3f,%s,%s", age, income, town, yes ? "yes" : "no"));
        }
        return rows;
    }

    static Path write(Path file, String header, List<String> rows) throws IOException {
        List<String> lines = new ArrayList<>(List.of(header));
        lines.addAll(rows);
        return Files.write(file, lines);
    }

    /** The rows with one of them replaced. */
    static List<String> with(List<String> rows, int index, String row) {
        List<String> changed = new ArrayList<>(rows);
        changed.set(index, row);
        return changed;
    }
}
