package io.kfac.spark.jobs;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.report.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Who competes, over what, and how long.
 * @param base  data, model and training, and the optimizer's settings by default
 * @param rates of the default grid, as multiples of an optimizer's own
 */
record CompareConfig(
        TrainConfig base,
        List<Contender> contenders,
        List<Long> seeds,
        Budget budget,
        List<Target> targets,
        List<Double> rates,
        List<Integer> batchRows) {
    static final String SECTION = "compare";
    private static final Set<String> BASELINES =
            Set.of("sgd", "nesterov", "adam", "adamw", "l-bfgs", MllibPeer.LOGISTIC, MllibPeer.PERCEPTRON);
    private static final Set<String> TUNED = Set.of("sgd", "nesterov", "adam", "adamw");

    /** Of an entry: what is not the same for all. */
    private static final Set<String> SECTIONS = Set.of("optimizer", "train");

    /**
     * One that competes.
     * @param settings   all of a run's, whose optimizer is this; of MLlib's only penalties are used
     * @param learningRates of its grid; empty: the default ones if it is tuned, else its own
     */
    record Contender(
            String label,
            String name,
            boolean baseline,
            boolean tuned,
            List<Double> learningRates,
            List<Integer> batchRows,
            Config settings) {
        boolean isMllib() {
            return name.equals(MllibPeer.LOGISTIC) || name.equals(MllibPeer.PERCEPTRON);
        }

        /** @throws BadInput if a setting cannot be used */
        TrainConfig config() {
            return TrainConfig.of(settings);
        }

        /** With another seed, and at a point of the grid. */
        Contender at(Config more) {
            return new Contender(label, name, baseline, false, List.of(), List.of(), ConfigLayers.over(more, settings));
        }
    }

    /** What a run may spend; infinity for no limit. */
    record Budget(double seconds, double epochs, double jobs) {
        Budget {
            if (Double.isInfinite(Math.min(seconds, Math.min(epochs, jobs)))) {
                throw new BadInput("Cannot compare without a budget: runs would never end."
                        + " Remedy: compare.budget.seconds, epochs or jobs");
            }
        }

        boolean spent(double usedSeconds, double usedEpochs, double usedJobs) {
            return usedSeconds >= seconds || usedEpochs >= epochs || usedJobs >= jobs;
        }

        String text() {
            List<String> limits = new ArrayList<>();
            add(limits, seconds, "%s seconds");
            add(limits, epochs, "%s epochs");
            add(limits, jobs, "%s Spark jobs");
            return String.join(" or ", limits);
        }

        private static void add(List<String> limits, double limit, String text) {
            if (Double.isFinite(limit)) {
                limits.add(
                        text.formatted(limit == Math.rint(limit) ? String.format(Locale.ROOT, "%,.0f", limit) : limit));
            }
        }
    }

    /** @param config checked for unknown keys, defaults in */
    static CompareConfig of(Config config) {
        Settings settings = new Settings(config);
        Config base = settings.isAuto("train.validation")
                ? config.withValue("train.validation", ConfigValueFactory.fromAnyRef(0))
                : config;
        List<Contender> contenders = new ArrayList<>();
        for (Config entry : objects(config, "compare.optimizers")) {
            contenders.add(contender(entry, base));
        }
        if (contenders.isEmpty()) {
            throw settings.problem(
                    "compare.optimizers", "a list of at least one, such as [{ name = kfac }, { name = adam }]");
        }
        Set<String> labels = new HashSet<>();
        contenders.forEach(one -> {
            if (!labels.add(one.label())) {
                throw new BadInput("Cannot compare two optimizers called '%s'. Remedy: give one a label of its own"
                        .formatted(one.label()));
            }
        });
        List<Long> seeds =
                numbers(config, "compare.seeds").stream().map(Double::longValue).toList();
        if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
            throw settings.problem("compare.seeds", "a list of different whole numbers");
        }
        List<Target> targets = objects(config, "compare.targets").stream()
                .flatMap(target -> target.root().entrySet().stream())
                .map(target -> target(target.getKey(), target.getValue().unwrapped()))
                .toList();
        return new CompareConfig(
                TrainConfig.of(base),
                contenders,
                seeds,
                new Budget(
                        limit(settings.autoPositive("compare.budget.seconds")),
                        limit(settings.autoPositive("compare.budget.epochs")),
                        limit(settings.autoPositive("compare.budget.jobs"))),
                targets,
                numbers(config, "compare.tune.rates"),
                numbers(config, "compare.tune.batchRows").stream()
                        .map(Double::intValue)
                        .toList());
    }

    private static double limit(OptionalDouble given) {
        return given.orElse(Double.POSITIVE_INFINITY);
    }

    private static Target target(String key, Object value) {
        return Target.parse(key + "=" + value);
    }

    private static Contender contender(Config entry, Config base) {
        if (!entry.hasPath("name")) {
            throw new BadInput("Cannot use an entry of compare.optimizers (%s): it has no name, such as { name = kfac }"
                    .formatted(entry.origin().description()));
        }
        String name = entry.getString("name");
        boolean mllib = name.equals(MllibPeer.LOGISTIC) || name.equals(MllibPeer.PERCEPTRON);
        List<Double> learningRates = list(entry, "learningRate");
        List<Integer> batchRows =
                list(entry, "batchRows").stream().map(Double::intValue).toList();
        boolean silent = !entry.hasPath("learningRate") && !entry.hasPath("batchRows");
        Config overrides = ConfigFactory.empty();
        for (String key : entry.root().keySet()) {
            if (Set.of("label", "baseline", "name").contains(key)
                    || (key.equals("learningRate") && !learningRates.isEmpty())
                    || (key.equals("batchRows") && !batchRows.isEmpty())) {
                continue;
            }
            String path = path(entry, key);
            overrides = overrides.withValue(path, entry.root().get(key));
        }
        Config defaults = ConfigLayers.defaults();
        // The file's own optimizer is another one; penalties belong to the objective, which is the same for all.
        Config common = base.withValue("optimizer", defaults.getValue("optimizer"))
                .withValue("optimizer.l1", base.getValue("optimizer.l1"))
                .withValue("optimizer.l2", base.getValue("optimizer.l2"));
        Config named = mllib ? common : common.withValue("optimizer.name", entry.getValue("name"));
        Contender contender = new Contender(
                entry.hasPath("label") ? entry.getString("label") : label(name),
                name,
                entry.hasPath("baseline") ? entry.getBoolean("baseline") : BASELINES.contains(name),
                !learningRates.isEmpty() || !batchRows.isEmpty() || (silent && TUNED.contains(name)),
                learningRates,
                batchRows,
                ConfigLayers.over(overrides, named));
        if (mllib && !overrides.isEmpty()) {
            throw new BadInput("Cannot use %s with %s: of settings it knows label and baseline"
                    .formatted(String.join(", ", overrides.root().keySet()), name));
        }
        contender.config(); // what cannot be used is said before anything runs
        return contender;
    }

    /** Where an entry's key is a setting. */
    private static String path(Config entry, String key) {
        if (!(entry.root().get(key) instanceof ConfigObject section)) {
            return "optimizer." + key;
        }
        if (!SECTIONS.contains(key) || section.containsKey("seed")) {
            throw new BadInput(
                    ("Cannot use %s in an entry of compare.optimizers (%s): data, model and seeds are the same for all."
                                    + " Remedy: set it outside of compare, seeds by compare.seeds")
                            .formatted(
                                    section.containsKey("seed") ? key + ".seed" : key,
                                    section.origin().description()));
        }
        return key;
    }

    private static String label(String name) {
        return switch (name) {
            case MllibPeer.LOGISTIC -> "MLlib logistic";
            case MllibPeer.PERCEPTRON -> "MLlib MLP";
            case "kfac" -> "K-FAC";
            case "ekfac" -> "E-KFAC";
            case "kfac-clipped" -> "K-FAC, clipped";
            case "ekfac-clipped" -> "E-KFAC, clipped";
            case "sgd" -> "SGD";
            case "adamw" -> "AdamW";
            case "l-bfgs" -> "L-BFGS";
            default -> Character.toUpperCase(name.charAt(0)) + name.substring(1).replace('-', ' ');
        };
    }

    private static List<Config> objects(Config config, String key) {
        try {
            return config.getConfigList(key).stream().map(one -> (Config) one).toList();
        } catch (ConfigException e) {
            throw new Settings(config).problem(key, "a list of objects, such as [{ name = kfac }]");
        }
    }

    private static List<Double> numbers(Config config, String key) {
        try {
            return List.copyOf(config.getDoubleList(key));
        } catch (ConfigException e) {
            throw new Settings(config).problem(key, "a list of numbers, such as [1, 2, 3]");
        }
    }

    /** The values of a grid; empty where the key holds one value or none. */
    private static List<Double> list(Config entry, String key) {
        return entry.hasPath(key) && entry.getValue(key).valueType() == ConfigValueType.LIST
                ? numbers(entry, key)
                : List.of();
    }
}
