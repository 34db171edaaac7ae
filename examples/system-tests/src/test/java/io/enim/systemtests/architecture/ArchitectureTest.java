package io.enim.systemtests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * Holds the arrows between the modules: everything points to eni-api; providers and eni-netlink do not know
 * eni-core, and eni-core does not know them. The system tests see every module.
 */
final class ArchitectureTest {

    private static final String[] API = {"io.enim", "io.enim.spi..", "io.enim.provider"};
    private static final String CORE = "io.enim.core..";
    private static final String POOL = "io.enim.core.internal.pool";
    private static final String NETLINK = "io.enim.netlink..";
    private static final String FAKE = "io.enim.provider.fake..";
    private static final String BCE = "io.enim.provider.bce..";
    private static final String AWS = "io.enim.provider.aws..";
    private static final String SUPPORT = "io.enim.provider.support..";
    private static final String TCK = "io.enim.provider.tck..";
    private static final String EMULATOR = "io.enim.emulator..";
    private static final String TESTING = "io.enim.testing..";
    private static final String EXAMPLES = "io.enim.examples..";
    private static final String GUICE = "com.google.inject";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.enim");

    @Test
    void everyModuleIsSeen() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName).map(ArchitectureTest::module))
                .as("a module that is not on this class path is not held to any rule")
                .contains("api", "core", "netlink", "fake", "emulator", "testing", "support", "bce", "aws", "tck")
                .contains("examples");
    }

    @Test
    void apiDependsOnTheJdkAndJspecifyAlone() {
        mayKnowOnly(API, "java..", "org.jspecify..");
    }

    @Test
    void coreKnowsNeitherProvidersNorDevices() {
        mayNotKnow(
                CORE, NETLINK, FAKE, SUPPORT, BCE, AWS, EMULATOR, TCK, TESTING, EXAMPLES, "com.github.jnr..", "jnr..");
    }

    @Test
    void netlinkKnowsTheApiAlone() {
        mayNotKnow(NETLINK, CORE, FAKE, SUPPORT, BCE, AWS, EMULATOR, TCK, TESTING, EXAMPLES);
    }

    /** Which parts of eni-netlink each part may use, others none; its public package is two, told apart by class. */
    private static final Map<String, Set<String>> NETLINK_ARROWS = Map.of(
            "entry", Set.of("device", "vocabulary"),
            "testbed", Set.of("rtnl", "netns", "socket", "wire", "sys", "vocabulary"),
            "device", Set.of("residue", "rtnl", "identity", "netns", "socket", "wire", "sys", "log", "vocabulary"),
            "residue", Set.of("rtnl", "identity", "netns", "socket", "wire", "sys", "vocabulary"),
            "rtnl", Set.of("identity", "netns", "socket", "wire", "sys", "vocabulary"),
            "identity", Set.of("wire"),
            "netns", Set.of("socket", "sys", "vocabulary"),
            "socket", Set.of("wire", "sys", "log", "vocabulary"),
            "wire", Set.of("sys"),
            "sys", Set.of("vocabulary"));

    private static final Set<String> NETLINK_ENTRY = Set.of("LinuxDevicesFactory", "KernelStats");

    @Test
    void netlinksPartsKnowOnlyThoseBelow() {
        assertThat(CLASSES.stream()
                        .filter(c -> c.getPackageName().startsWith("io.enim.netlink"))
                        .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                        .filter(d -> d.getTargetClass().getPackageName().startsWith("io.enim.netlink"))
                        .filter(d -> !mayUse(netlinkPart(d.getOriginClass()), netlinkPart(d.getTargetClass()))))
                .isEmpty();
    }

    private static boolean mayUse(String part, String other) {
        return part.equals(other) || NETLINK_ARROWS.getOrDefault(part, Set.of()).contains(other);
    }

    private static String netlinkPart(JavaClass c) {
        if (c.getPackageName().equals("io.enim.netlink")) {
            return NETLINK_ENTRY.contains(c.getSimpleName())
                            || c.getSimpleName().equals("package-info")
                    ? "entry"
                    : "vocabulary";
        }
        return c.getPackageName().substring(c.getPackageName().lastIndexOf('.') + 1);
    }

    /** The testbed is published for demos and tests; no code that runs on a node depends on it. */
    @Test
    void onlyTheFakesPlugTheDemoAndBenchmarksUseTheTestbed() {
        String testbed = "io.enim.netlink.testbed..";
        onlyKnownBy(
                testbed, testbed, "io.enim.provider.fake.plug..", "io.enim.examples.demo..", "io.enim.benchmarks..");
    }

    @Test
    void fakeMayUseNetlinkAndNothingElse() {
        mayNotKnow(FAKE, CORE, SUPPORT, BCE, AWS, EMULATOR, TCK, TESTING, EXAMPLES);
        mayNotKnow(EMULATOR, CORE, NETLINK, SUPPORT, BCE, AWS, TCK, TESTING, EXAMPLES);
    }

    @Test
    void supportKnowsTheApiAlone() {
        String[] known = {"java..", "javax.net.ssl..", "org.jspecify..", "org.slf4j..", "io.enim", "io.enim.provider"};
        mayKnowOnly(new String[] {SUPPORT}, known);
    }

    @Test
    void vendorsKnowTheApiAndTheirSupportAlone() {
        mayNotKnow(BCE, CORE, NETLINK, FAKE, EMULATOR, AWS, TCK, TESTING, EXAMPLES);
        mayNotKnow(AWS, CORE, NETLINK, FAKE, EMULATOR, BCE, TCK, TESTING, EXAMPLES);
        mayNotKnow(TCK, CORE, NETLINK, FAKE, EMULATOR, SUPPORT, BCE, AWS, EXAMPLES);
        mayNotKnow(TESTING, CORE, NETLINK, FAKE, EMULATOR, SUPPORT, BCE, AWS, EXAMPLES);
        mayNotKnow("io.enim.examples.customprovider..", CORE, NETLINK, FAKE, BCE, AWS);
    }

    @Test
    void coreInternalsAreUsedByCoreAlone() {
        onlyKnownBy("io.enim.core.internal..", CORE);
    }

    /** Which packages of the pool each may use; EniPool, above them, may use all. */
    private static final Map<String, Set<String>> POOL_ARROWS = Map.of(
            "sizing", Set.of("orphan", "model", "throttle", "store", "loop"),
            "orphan", Set.of("model", "store", "loop"),
            "reconcile", Set.of("cooldown", "model", "throttle", "store", "loop"),
            "cooldown", Set.of("model", "store", "loop"),
            "model", Set.of("throttle", "store"),
            "throttle", Set.of("loop"),
            "store", Set.of("loop"),
            "loop", Set.of());

    @Test
    void thePoolsPackagesKnowOnlyThoseBelow() {
        POOL_ARROWS.forEach((part, below) -> mayNotKnow(
                POOL + "." + part + "..",
                Stream.concat(
                                Stream.of(POOL),
                                POOL_ARROWS.keySet().stream()
                                        .filter(other -> !other.equals(part) && !below.contains(other))
                                        .map(other -> POOL + "." + other + ".."))
                        .toArray(String[]::new)));
        mayNotKnow(POOL + ".loop..", "io.enim.provider..");
    }

    @Test
    void nativeCallsStayInOnePackageOfEachModuleThatMakesAny() {
        Set<String> packages = CLASSES.stream()
                .filter(c -> c.getDirectDependenciesFromSelf().stream()
                        .anyMatch(d -> d.getTargetClass().getPackageName().startsWith("jnr.")))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toSet());

        assertThat(packages)
                .containsExactlyInAnyOrder("io.enim.netlink.internal.sys", "io.enim.examples.agent.systemd");
    }

    @Test
    void guiceStaysInTheWiring() {
        // Only eni-core's wiring knows Guice, and every class can be built with new.
        onlyKnownBy(GUICE + "..", CORE);

        // A Guice module is public so that a user can install it; its package is the wiring.
        assertThat(CLASSES.stream()
                        .filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(c -> !c.isAssignableTo("com.google.inject.Module"))
                        .flatMap(c -> c.getMembers().stream())
                        .filter(ArchitectureTest::isVisible)
                        .filter(m ->
                                signature(m).anyMatch(c -> c.getPackageName().startsWith(GUICE))))
                .isEmpty();
    }

    /** What a test has to reach inside, it reaches from the package. */
    @Test
    void noPublicSignatureShowsAnInternalType() {
        assertThat(CLASSES.stream()
                        .filter(c -> !isInternal(c) && isVisibleToAll(c))
                        .flatMap(c -> c.getMembers().stream())
                        .filter(ArchitectureTest::isVisible)
                        .filter(m -> signature(m).anyMatch(ArchitectureTest::isInternal)))
                .isEmpty();
    }

    private static boolean isInternal(JavaClass c) {
        return (c.getPackageName() + ".").contains(".internal.");
    }

    private static boolean isVisibleToAll(JavaClass c) {
        return c.getModifiers().contains(JavaModifier.PUBLIC)
                && c.getEnclosingClass().map(ArchitectureTest::isVisibleToAll).orElse(true);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> bare = CLASSES.stream()
                .map(JavaClass::getPackage)
                .filter(p -> !p.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .collect(Collectors.toSet());

        assertThat(bare)
                .as("packages without @NullMarked in a package-info.java")
                .isEmpty();
    }

    private static void mayKnowOnly(String[] from, String... others) {
        DescribedPredicate<JavaClass> known = resideInAnyPackage(from).or(resideInAnyPackage(others));
        classes()
                .that(resideInAnyPackage(from))
                .should(onlyDependOnClassesThat(known))
                .check(CLASSES);
    }

    private static void onlyKnownBy(String known, String... by) {
        noClasses()
                .that(resideOutsideOfPackages(by))
                .should(dependOnClassesThat(resideInAPackage(known)))
                .check(CLASSES);
    }

    private static void mayNotKnow(String from, String... others) {
        noClasses()
                .that(resideInAPackage(from))
                .should(dependOnClassesThat(resideInAnyPackage(others)))
                .allowEmptyShould(false)
                .check(CLASSES);
    }

    private static boolean isVisible(JavaMember member) {
        return !Collections.disjoint(member.getModifiers(), Set.of(JavaModifier.PUBLIC, JavaModifier.PROTECTED));
    }

    private static Stream<JavaClass> signature(JavaMember member) {
        if (member instanceof JavaCodeUnit unit) {
            return Stream.of(unit.getRawParameterTypes(), unit.getExceptionTypes(), List.of(unit.getRawReturnType()))
                    .flatMap(List::stream);
        }
        return member.getAllInvolvedRawTypes().stream();
    }

    private static String module(String packageName) {
        String rest = packageName.substring("io.enim".length());
        if (rest.isEmpty() || rest.startsWith(".spi") || rest.equals(".provider")) {
            return "api";
        }
        String first = rest.startsWith(".provider.") ? rest.substring(".provider.".length()) : rest.substring(1);
        int dot = first.indexOf('.');
        return dot < 0 ? first : first.substring(0, dot);
    }
}
