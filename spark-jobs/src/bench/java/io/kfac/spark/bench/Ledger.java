package io.kfac.spark.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kfac.spark.data.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Findings in the JSON file that was asked for, written as they come: who goes on with the file does not repeat what is in it. */
final class Ledger {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MASTER = "master";
    private static final String RUNS = "runs";

    private final Optional<Path> file;
    private final Map<String, Object> all;

    private Ledger(Optional<Path> file, Map<String, Object> all) {
        this.file = file;
        this.all = all;
    }

    /**
     * @param file   may not exist yet; empty to keep findings in memory
     * @param master of this run
     * @throws BadInput if the file is of another master
     */
    static Ledger open(Optional<Path> file, String master) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        if (file.isPresent() && Files.exists(file.get())) {
            all.putAll(JSON.readValue(Files.readString(file.get()), new TypeReference<Map<String, Object>>() {}));
            if (!master.equals(all.get(MASTER))) {
                throw new BadInput(
                        "Cannot go on with %s: it is of %s, and this run is on %s. Remedy: another --json file"
                                .formatted(file.get(), all.get(MASTER), master));
            }
        }
        all.put(MASTER, master);
        return new Ledger(file, all);
    }

    Map<String, Object> all() {
        return all;
    }

    void put(String key, Object value) {
        all.put(key, value);
        write();
    }

    /** In the order in which they were run. */
    List<Finish> runs(LossProblem problem) {
        Object runs = of(problem).getOrDefault(RUNS, List.of());
        return JSON.convertValue(runs, new TypeReference<List<Finish>>() {});
    }

    /** In place of the one of the same name, where there is one. */
    void add(LossProblem problem, Finish finish) {
        List<Finish> runs = new ArrayList<>(runs(problem));
        runs.removeIf(run -> run.name().equals(finish.name()));
        runs.add(finish);
        put(problem, RUNS, JSON.convertValue(runs, Object.class));
    }

    void put(LossProblem problem, String key, Object value) {
        Map<String, Object> part = new LinkedHashMap<>(of(problem));
        part.put(key, value);
        put(problem.key(), part);
    }

    private Map<String, Object> of(LossProblem problem) {
        Object part = all.getOrDefault(problem.key(), Map.of());
        return JSON.convertValue(part, new TypeReference<Map<String, Object>>() {});
    }

    /** At once or not at all: a run may be stopped at any time. */
    private void write() {
        file.ifPresent(path -> {
            Path next = path.resolveSibling(path.getFileName() + ".next");
            try {
                Files.writeString(next, Json.write(all));
                Files.move(next, path, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot write %s".formatted(path), e);
            }
        });
    }
}
