package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clouds that break one rule each are caught by that rule and by no other. */
@Tag("slow")
class BadCloudKitTest {
    static Stream<Arguments> bad() {
        return BadClouds.ALL.entrySet().stream()
                .map(each -> Arguments.of(each.getKey(), each.getValue().rule()));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isCaughtByItsRuleAlone(String name, String rule) {
        KitResult kitResult = KitResult.of(BadCloudKit.class, name);

        assertThat(kitResult.brokenRules()).as("%s", kitResult.failures()).containsExactly(rule);
        assertThat(kitResult.failures().values())
                .allSatisfy(said -> assertThat(said).containsIgnoringCase(rule.replace("cld", "CLD-")));
        assertThat(kitResult.passed()).isNotEmpty();
    }

    @AfterEach
    void endLeaks() {
        LeakedThreads.endAll();
    }
}
