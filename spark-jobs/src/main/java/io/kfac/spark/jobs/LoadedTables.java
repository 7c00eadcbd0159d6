package io.kfac.spark.jobs;

import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.DataSummary;
import io.kfac.spark.data.EmbeddedDigits;
import io.kfac.spark.data.HoldOut;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.TableSource;
import io.kfac.spark.data.Tables;
import io.kfac.spark.data.TrainingData;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Training and test rows as cached blocks. */
record LoadedTables(TrainingData train, Optional<TrainingData> test) implements AutoCloseable {

    /** What the table to train on holds, without keeping any of it. */
    static DataSummary inspect(SparkSession spark, TrainConfig config) {
        DataConfig data = config.data();
        if (data.isEmbedded()) {
            return TrainingData.inspect(EmbeddedDigits.read(spark), data.options(config.model(), false));
        }
        TableSource source = data.source();
        boolean images = data.namesImages() || Tables.ownTestData(spark, source).isPresent();
        return TrainingData.inspect(Tables.read(spark, source), data.options(config.model(), images));
    }

    /** Reads what the configuration names. */
    static LoadedTables read(SparkSession spark, TrainConfig config) {
        DataConfig data = config.data();
        Optional<HoldOut> holdOut = data.holdOut(config.train().seed());
        if (data.isEmbedded()) {
            return load(EmbeddedDigits.read(spark), data.options(config.model(), false), holdOut);
        }
        TableSource source = data.source();
        Optional<TableSource> own = Tables.ownTestData(spark, source);
        Optional<TableSource> test = data.testSource().or(() -> own);
        DataOptions options = data.options(config.model(), own.isPresent() || data.namesImages());
        if (test.isEmpty()) {
            return load(Tables.read(spark, source), options, holdOut);
        }
        Tables.Pair tables = Tables.readPair(spark, source, test.get());
        TrainingData train = TrainingData.load(tables.train(), options);
        try {
            return new LoadedTables(train, Optional.of(TrainingData.load(tables.test(), options, train.encoding())));
        } catch (RuntimeException | Error e) {
            train.close();
            throw e;
        }
    }

    private static LoadedTables load(Table table, DataOptions options, Optional<HoldOut> holdOut) {
        if (holdOut.isEmpty()) {
            return new LoadedTables(TrainingData.load(table, options), Optional.empty());
        }
        TrainingData.Split split = TrainingData.loadSplit(table, options, holdOut.get());
        return new LoadedTables(split.train(), Optional.of(split.test()));
    }

    @Override
    public void close() {
        train.close();
        test.ifPresent(TrainingData::close);
    }
}
