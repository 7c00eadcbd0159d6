package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupportedVersionsTest {
    @ParameterizedTest
    @CsvSource({"4.1.0,2.13.17", "4.1.3,2.13.16", "4.1.1-SNAPSHOT,2.13.17"})
    void accepts(String spark, String scala) {
        assertThat(SupportedVersions.problem(spark, scala)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"4.0.1,2.13.16", "3.5.7,2.12.18", "3.5.7,2.13.8", "4.10.0,2.13.17", "4.2.0,2.13.17", "4.1.0,3.3.1"})
    void refusesInOneLineWithBothVersions(String spark, String scala) {
        assertThat(SupportedVersions.problem(spark, scala))
                .hasValueSatisfying(message ->
                        assertThat(message).contains(spark, scala, "4.1").doesNotContain("\n"));
    }

    @Test
    void acceptsTheOneWeBuildWith() {
        assertThatCode(SupportedVersions::check).doesNotThrowAnyException();
    }
}
