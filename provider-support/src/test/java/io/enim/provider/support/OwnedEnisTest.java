package io.enim.provider.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.AmbiguousProviderException;
import io.enim.ClosedException;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.OwnerTag;
import io.enim.testing.ManualClock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is found before a change, and what calls end with once the adapter is closed. */
class OwnedEnisTest {
    private static final RetryableProviderException NOT_FOUND =
            new RetryableProviderException(Refusal.NOT_FOUND, "", "gone");

    private final ManualClock clock = new ManualClock();
    private final EventualVisibility visibility = new EventualVisibility(EventualVisibility.WINDOW, clock);
    private final OwnedEnis<String> owned = new OwnedEnis<>(
            new OwnerTag("prod", "n1"),
            visibility,
            id -> Optional.ofNullable(Map.of("ours", "n1", "theirs", "n2").get(id)),
            "n1"::equals);

    @Test
    void cld12_whatIsNotVisibleYetIsNotGoneUntilTheWindowHasPassed() {
        visibility.created("new");
        assertThatThrownBy(() -> owned.find("delete", "new")).hasMessageContaining("not yet");
        clock.advance(EventualVisibility.WINDOW);
        assertThat(owned.find("delete", "new")).isEmpty();
        visibility.created("other");
        assertThat(visibility.mayStillAppear("new")).isFalse();
    }

    @Test
    void cld12_whatWasSeenOnceIsGoneWhenItIsNotShown() {
        visibility.created("ours");
        assertThat(owned.find("delete", "ours")).contains("n1");
        assertThat(visibility.mayStillAppear("ours")).isFalse();
    }

    @Test
    void whatIsGoneIsEmptyOrAnError() {
        assertThat(owned.find("delete", "gone")).isEmpty();
        assertThatThrownBy(() -> owned.require("attach", "gone"))
                .isInstanceOf(RetryableProviderException.class)
                .hasFieldOrPropertyWithValue("refusal", Refusal.NOT_FOUND);
    }

    @Test
    void p9_whatIsNotOursIsFatal() {
        assertThatThrownBy(() -> owned.find("delete", "theirs"))
                .isInstanceOf(FatalProviderException.class)
                .hasFieldOrPropertyWithValue("refusal", Refusal.OTHER)
                .hasMessageContaining("stays untouched");
    }

    @Test
    void onlyNotFoundIsIgnored() {
        OwnedEnis.ignoreNotFound(() -> {
            throw NOT_FOUND;
        });
        RetryableProviderException wrong = OwnedEnis.wrongState("delete", "eni-1", "attached", "detach it");
        assertThatThrownBy(() -> OwnedEnis.ignoreNotFound(() -> {
                    throw wrong;
                }))
                .isSameAs(wrong)
                .hasMessage("delete eni-1: it is attached; detach it");
    }

    @Test
    void cld42_afterCloseCallsSayClosedAndOnlyAChangeThatMayHaveHappenedStaysAmbiguous() {
        AtomicInteger closes = new AtomicInteger();
        AdapterCalls adapter = new AdapterCalls("rack", closes::incrementAndGet);
        assertThat(adapter.<String>call("node", () -> "n1")).isEqualTo("n1");
        assertThatThrownBy(() -> adapter.run("detach", () -> {
                    throw NOT_FOUND;
                }))
                .isSameAs(NOT_FOUND);
        AmbiguousProviderException ambiguous = new AmbiguousProviderException(Refusal.UNAVAILABLE, "", "cut off");
        assertThatThrownBy(() -> adapter.run("attach", () -> {
                    adapter.close();
                    throw ambiguous;
                }))
                .isSameAs(ambiguous);
        AdapterCalls other = new AdapterCalls("rack", closes::incrementAndGet);
        assertThatThrownBy(() -> other.run("describe", () -> {
                    other.close();
                    throw NOT_FOUND;
                }))
                .isInstanceOf(ClosedException.class)
                .hasCause(NOT_FOUND);
        other.close();
        assertThat(closes).hasValue(2);
        assertThatThrownBy(() -> other.call("node", () -> "n1"))
                .isInstanceOf(ClosedException.class)
                .hasMessageContaining("node: the adapter rack is closed");
    }
}
