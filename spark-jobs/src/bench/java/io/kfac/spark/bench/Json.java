package io.kfac.spark.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.Map;

/** The details of a benchmark as JSON, by Spark's own Jackson. */
final class Json {
    private Json() {}

    static String write(Map<String, Object> details) throws JsonProcessingException {
        return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(details) + "\n";
    }
}
