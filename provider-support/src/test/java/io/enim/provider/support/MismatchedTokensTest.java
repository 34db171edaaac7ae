package io.enim.provider.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.testing.ManualClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MismatchedTokensTest {
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final FatalProviderException MISMATCH =
            new FatalProviderException(Refusal.TOKEN_MISMATCH, "Mismatch", "said so");

    private final ManualClock clock = new ManualClock();
    private final MismatchedTokens mismatched = new MismatchedTokens(WINDOW, clock);
    private Optional<String> made = Optional.empty();

    private String find(String token) {
        return mismatched.find(token, MISMATCH, () -> made);
    }

    @Test
    void cld10_whatTheTokenMadeIsFound() {
        made = Optional.of("eni-1");
        assertThat(find("t")).isEqualTo("eni-1");
    }

    @Test
    void cld10_aTokenThatMadeNothingIsGivenUpOnceAnEniWouldBeVisible() {
        assertThatThrownBy(() -> find("t"))
                .isInstanceOf(AmbiguousProviderException.class)
                .hasMessageContaining("repeat the token");
        clock.advance(WINDOW.minusSeconds(1));
        assertThatThrownBy(() -> find("other")).isInstanceOf(AmbiguousProviderException.class);
        assertThatThrownBy(() -> find("t")).isInstanceOf(AmbiguousProviderException.class);
        clock.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> find("t"))
                .isInstanceOf(FatalProviderException.class)
                .hasMessageContaining("use a new token")
                .extracting(e -> ((FatalProviderException) e).code())
                .isEqualTo("Mismatch");
        assertThatThrownBy(() -> find("other")).isInstanceOf(AmbiguousProviderException.class);
    }
}
