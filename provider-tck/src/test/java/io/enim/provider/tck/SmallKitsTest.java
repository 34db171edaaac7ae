package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An implementation that keeps the rules passes; one that breaks a rule is caught by that rule and by no other. */
class SmallKitsTest {
    static final String PLAIN = "plain";

    static Stream<Arguments> bad() {
        return Stream.concat(
                        BadClouds.ALL.entrySet().stream()
                                .map(each -> Arguments.of(
                                        SmallCloudKit.class,
                                        each.getKey(),
                                        each.getValue().rules())),
                        BadProviders.ALL.entrySet().stream()
                                .map(each -> Arguments.of(
                                        SmallProviderKit.class,
                                        each.getKey(),
                                        each.getValue().rules())))
                .filter(each -> !each.get()[1].equals(PLAIN));
    }

    @ParameterizedTest
    @MethodSource("bad")
    @Tag("slow")
    void aBadOneIsCaughtByItsRuleAlone(Class<?> kit, String name, List<String> rules) {
        KitResult kitResult = KitResult.of(kit, name);

        assertThat(kitResult.brokenRules()).as("%s", kitResult.failures()).containsExactlyElementsOf(rules);
        assertThat(kitResult.failures().values())
                .allSatisfy(said -> assertThat(rules)
                        .anyMatch(rule -> said.toLowerCase(Locale.ROOT).contains(rule.replaceFirst("cld|prv", "$0-"))));
        assertThat(kitResult.passed()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(classes = {SmallCloudKit.class, SmallProviderKit.class})
    void aPlainOnePasses(Class<?> kit) {
        KitResult kitResult = KitResult.of(kit, PLAIN);

        assertThat(kitResult.failures()).isEmpty();
        assertThat(kitResult.passed()).isNotEmpty();
    }

    @AfterEach
    void endLeaks() {
        LeakedThreads.endAll();
    }
}
