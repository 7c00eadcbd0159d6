package io.kfac.spark.jobs;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.kfac.spark.data.BadInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Defaults, then the file, then --set, then options: later layers win, and every key must be one that has a default. */
final class ConfigLayers {
    /** In our package, and not reference.conf: that name is merged across all jars on a class path. */
    static final String DEFAULTS = "io/kfac/spark/jobs/defaults.conf";

    private static final String FREE_SECTION = "data.options";

    private ConfigLayers() {}

    static Config defaults() {
        return ConfigFactory.parseResources(
                        ConfigLayers.class.getClassLoader(),
                        DEFAULTS,
                        ConfigParseOptions.defaults().setAllowMissing(false))
                .resolve();
    }

    /**
     * The layers as one.
     * @param sets    {@code key=value}, as given
     * @param options values by key
     */
    static Config merge(Config file, List<String> sets, Map<String, Object> options) {
        Config defaults = defaults();
        checkKeys(file.root(), "", defaults);
        Config assigned = ConfigFactory.empty();
        for (String set : sets) {
            Config one = assignment(set, defaults);
            checkKeys(one.root(), "", defaults);
            assigned = one.withFallback(assigned);
        }
        Config given = ConfigFactory.empty();
        for (Map.Entry<String, Object> option : options.entrySet()) {
            given = given.withValue(option.getKey(), ConfigValueFactory.fromAnyRef(option.getValue(), "command line"));
        }
        return given.withFallback(assigned).withFallback(file).withFallback(defaults);
    }

    /** Some settings over others, keys checked. */
    static Config over(Config given, Config base) {
        checkKeys(given.root(), "", defaults());
        return given.withFallback(base);
    }

    private static Config assignment(String set, Config defaults) {
        int equals = set.indexOf('=');
        if (equals < 1) {
            throw new BadInput("Cannot use --set %s: it must be key=value".formatted(set));
        }
        String key = set.substring(0, equals).trim();
        String value = set.substring(equals + 1).trim();
        List<String> path;
        try {
            path = ConfigUtil.splitPath(key);
        } catch (ConfigException e) {
            throw new BadInput("Cannot use --set %s: '%s' is no key".formatted(set, key), e);
        }
        ConfigValue parsed = value.startsWith("[") || value.startsWith("{") || value.startsWith("\"")
                ? structured(set, value)
                : scalar(path, value, defaults);
        return parsed.withOrigin(com.typesafe.config.ConfigOriginFactory.newSimple("--set"))
                .atPath(ConfigUtil.joinPath(path));
    }

    /** Text as it is: paths and URLs hold characters that mean something else in HOCON. Numbers and flags are read from text too. */
    private static ConfigValue scalar(List<String> path, String value, Config defaults) {
        String key = ConfigUtil.joinPath(path);
        boolean list = defaults.hasPath(key) && defaults.getValue(key).valueType() == ConfigValueType.LIST;
        return list
                ? ConfigValueFactory.fromIterable(value.isEmpty() ? List.of() : List.of(value.split("\\s*,\\s*")))
                : ConfigValueFactory.fromAnyRef(value);
    }

    private static ConfigValue structured(String set, String value) {
        try {
            return ConfigFactory.parseString("value = " + value).getValue("value");
        } catch (ConfigException e) {
            throw new BadInput("Cannot use --set %s: %s".formatted(set, e.getMessage()), e);
        }
    }

    /** Every leaf of the given object has a default of the same path, and no section is given a plain value. */
    private static void checkKeys(ConfigObject given, String prefix, Config defaults) {
        given.forEach((name, value) -> {
            String key = prefix + ConfigUtil.joinPath(name);
            if (key.equals(FREE_SECTION)) {
                return;
            }
            boolean known = defaults.hasPath(key);
            boolean section = known && defaults.getValue(key) instanceof ConfigObject;
            if (value instanceof ConfigObject object && (section || !known)) {
                checkKeys(object, key + ".", defaults);
            } else if (!known) {
                throw new BadInput("Cannot use unknown key %s (%s): did you mean %s?"
                        .formatted(key, value.origin().description(), Nearest.of(key, keys(defaults))));
            } else if (section) {
                throw new BadInput("Cannot use %s = %s (%s): it is a section, with the keys %s"
                        .formatted(
                                key,
                                value.unwrapped(),
                                value.origin().description(),
                                String.join(", ", ((ConfigObject) defaults.getValue(key)).keySet())));
            }
        });
    }

    /** All keys that have a default. */
    static List<String> keys(Config defaults) {
        List<String> keys = new ArrayList<>();
        defaults.entrySet().forEach(entry -> keys.add(entry.getKey()));
        keys.sort(null);
        return keys;
    }
}
