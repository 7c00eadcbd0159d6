package io.kfac.spark.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.model.Network;
import io.kfac.spark.data.TrainingData;
import io.kfac.spark.engine.BlasCensus;
import io.kfac.spark.engine.RunDescription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the runs of one command have in common, for their descriptions. */
record RunFacts(Session session, LoadedTables tables, Network network, BlasCensus blas, String command) {

    /** Of a run on its own. @param plan in a line */
    RunDescription describe(String title, long seed, String plan, TrainConfig config) {
        Map<String, String> setup = new LinkedHashMap<>();
        setup.put("optimizer", title);
        setup.putAll(setup());
        setup.put("plan", plan);
        return describe(title, false, Optional.empty(), seed, List.of(), setup, config.json());
    }

    RunDescription describe(
            String label,
            boolean baseline,
            Optional<RunDescription.Trial> trial,
            long seed,
            List<String> notes,
            Map<String, String> setup,
            JsonNode configuration) {
        return new RunDescription(
                label,
                baseline,
                trial,
                seed,
                command,
                notes,
                setup,
                RunDescription.environment(session.spark().sparkContext(), blas),
                configuration);
    }

    /** Data and model. */
    Map<String, String> setup() {
        Map<String, String> setup = new LinkedHashMap<>();
        setup.put("data", tables.train().summary().describe());
        tables.test()
                .map(TrainingData::summary)
                .ifPresent(test -> setup.put("test data", "%,d rows".formatted(test.rows())));
        setup.put("model", PlanText.model(network));
        return setup;
    }
}
