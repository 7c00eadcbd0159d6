package io.kfac.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A shift of the features is taken up by the intercept: without one it would be another model. */
class CentringTest {
    private static final SparkSession SPARK = TestSpark.session();

    @ParameterizedTest(name = "{0}, intercept {1}")
    @CsvSource({"DENSE, true, true", "DENSE, false, false", "SPARSE, true, false", "SPARSE, false, false"})
    void needsDenseRowsAndAnIntercept(Storage storage, boolean intercept, boolean centered) {
        Table table = SyntheticData.blobs(SPARK, 40, 3, 2, 4, 1, 2);
        BlockOptions blocks = BlockOptions.defaults().withStorage(storage).withIntercept(intercept);
        try (TrainingData data =
                TrainingData.load(table, DataOptions.forLabel("label").with(blocks))) {
            assertThat(data.encoding().standardization().centered()).isEqualTo(centered);
        }
    }
}
