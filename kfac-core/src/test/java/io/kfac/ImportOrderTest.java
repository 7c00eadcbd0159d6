package io.kfac;

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

/** Each package imports only the ones before it; that order is what lets a reader start at the top. */
class ImportOrderTest {
    private static final List<String> ORDER = List.of(
            "linalg",
            "family",
            "batch",
            "model",
            "curvature",
            "preconditioner",
            "objective",
            "optimizer",
            "mixture",
            "inference");

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.kfac");

    static Stream<ArchRule> rules() {
        Stream<ArchRule> order = IntStream.range(0, ORDER.size() - 1).mapToObj(i -> noClasses()
                .that()
                .resideInAPackage(in(ORDER.get(i)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(in(ORDER.subList(i + 1, ORDER.size()))));
        return Stream.concat(
                order,
                Stream.of(
                        classes().should().resideInAnyPackage(in(ORDER)),
                        noClasses()
                                .that()
                                .resideOutsideOfPackage(in("linalg"))
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage("dev.ludovic.netlib..", "org.bytedeco..", "jdk.incubator.."),
                        noClasses()
                                .that()
                                .resideInAPackage(in("linalg"))
                                .should()
                                .dependOnClassesThat()
                                .haveNameMatching("java\\.util\\.(random\\..*|Random|SplittableRandom)"),
                        noClasses()
                                .that()
                                .resideInAPackage(in("optimizer"))
                                .should()
                                .dependOnClassesThat()
                                .haveNameMatching("java\\.lang\\.Thread|java\\.io\\.File.*|java\\.nio\\.file\\..*")
                                .orShould()
                                .callMethod(System.class, "nanoTime")
                                .orShould()
                                .callMethod(System.class, "currentTimeMillis")));
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

    private static String in(String name) {
        return "io.kfac." + name + "..";
    }

    private static String[] in(List<String> names) {
        return names.stream().map(ImportOrderTest::in).toArray(String[]::new);
    }
}
