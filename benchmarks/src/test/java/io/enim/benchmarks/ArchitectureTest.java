package io.enim.benchmarks;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Benchmarks measure what users call; what is inside and measured by itself is known by its own package alone. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.enim.benchmarks");

    /** By package of the benchmarks, what each measures by itself. */
    private static final Map<String, String[]> MEASURED = Map.of(
            "allocator", new String[] {"io.enim.core.internal.allocator"},
            "ledger", new String[] {"io.enim.core.internal.ledger", "io.enim.core.internal.records"},
            "stages", new String[] {"io.enim.core.internal.manager", "io.enim.core.internal.step"},
            "wire", new String[] {"io.enim.netlink.internal.wire"});

    @Test
    void whatIsInternalIsKnownByThePackageThatMeasuresIt() {
        MEASURED.forEach((part, measured) -> noClasses()
                .that()
                .resideInAPackage("io.enim.benchmarks." + part)
                .should()
                .dependOnClassesThat(resideInAPackage("io.enim..internal..").and(not(resideInAnyPackage(measured))))
                .check(CLASSES));
        noClasses()
                .that()
                .resideOutsideOfPackages(MEASURED.keySet().stream()
                        .map(part -> "io.enim.benchmarks." + part)
                        .toArray(String[]::new))
                .should()
                .dependOnClassesThat(resideInAPackage("io.enim..internal.."))
                .check(CLASSES);
    }

    @Test
    void thePageKnowsNothingOfWhatIsMeasured() {
        noClasses()
                .that()
                .resideInAPackage("io.enim.benchmarks.report")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.enim..").and(not(resideInAPackage("io.enim.benchmarks.report"))))
                .check(CLASSES);
    }
}
