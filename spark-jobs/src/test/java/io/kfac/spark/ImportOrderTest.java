package io.kfac.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each package imports only the ones before it, and less where it could do without. */
class ImportOrderTest {
    private static final List<String> ORDER = List.of("data", "engine", "ml", "report", "table", "jobs");

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            // Templates become classes of one package, whichever package's page they ask.
            .withImportOption(location -> !location.contains("/report/html/"))
            .importPackages("io.kfac.spark");

    static Stream<ArchRule> rules() {
        Stream<ArchRule> order = IntStream.range(0, ORDER.size() - 1)
                .mapToObj(i -> never(ORDER.get(i), in(ORDER.subList(i + 1, ORDER.size()))));
        return Stream.concat(
                order,
                Stream.of(
                        classes().should().resideInAnyPackage(in(ORDER)),
                        never("data", "io.kfac.model..", "io.kfac.optimizer.."),
                        never("report", "org.apache.spark..", "io.kfac.linalg.."),
                        noClasses()
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage("dev.ludovic.netlib..", "org.bytedeco..", "jdk.incubator..")));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.allowEmptyShould(true).check(OURS);
    }

    @Test
    void seesOurClasses() {
        assertThat(OURS).isNotEmpty();
    }

    private static ArchRule never(String from, String... packages) {
        return noClasses()
                .that()
                .resideInAPackage("io.kfac.spark." + from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages);
    }

    private static String[] in(List<String> names) {
        return names.stream().map(name -> "io.kfac.spark." + name + "..").toArray(String[]::new);
    }
}
