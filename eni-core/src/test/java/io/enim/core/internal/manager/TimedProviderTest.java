package io.enim.core.internal.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.provider.EniProvider;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TimedProviderTest {
    /** A default method that it leaves out would answer in place of the provider's own. */
    @Test
    void p8_noCallPassesItBy() {
        List<String> own = Arrays.stream(TimedProvider.class.getDeclaredMethods())
                .map(Method::getName)
                .toList();
        assertThat(EniProvider.class.getDeclaredMethods())
                .filteredOn(method -> !method.isSynthetic())
                .extracting(Method::getName)
                .isSubsetOf(own);
    }
}
