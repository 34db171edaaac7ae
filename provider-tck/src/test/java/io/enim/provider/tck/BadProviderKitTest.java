package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Providers that break one rule each are caught by that rule and by no other. */
@Tag("slow")
class BadProviderKitTest {
    static Stream<Arguments> bad() {
        return BadProviders.ALL.entrySet().stream()
                .map(each -> Arguments.of(each.getKey(), each.getValue().rules()));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isCaughtByItsRuleAlone(String name, List<String> rules) {
        KitResult kitResult = KitResult.of(BadProviderKit.class, name);

        assertThat(kitResult.brokenRules()).as("%s", kitResult.failures()).containsExactlyElementsOf(rules);
        assertThat(kitResult.failures().values())
                .allSatisfy(said -> assertThat(rules).anyMatch(each -> said.contains(each.replace("prv", "PRV-"))));
        assertThat(kitResult.passed()).isNotEmpty();
    }

    @AfterEach
    void endLeaks() {
        LeakedThreads.endAll();
    }
}
