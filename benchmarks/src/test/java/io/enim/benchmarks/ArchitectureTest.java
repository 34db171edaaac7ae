package io.enim.benchmarks;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Benchmarks measure what users call; the allocator is the one thing inside that is measured by itself. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.enim.benchmarks");

    @Test
    void ofWhatIsInternalOnlyTheAllocatorIsKnown() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("io.enim..internal..")
                        .and(not(resideInAPackage("io.enim.core.internal.allocator"))))
                .check(CLASSES);
    }

    @Test
    void theAllocatorIsKnownByItsOwnPartOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.enim.benchmarks.allocator")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.enim.core.internal.allocator")
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
