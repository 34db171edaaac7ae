package io.enim.core.internal.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class CloserTest {
    @Test
    void aPartThatThrowsTheFirstErrorAgainKeepsNoOtherOpen() {
        OutOfMemoryError first = new OutOfMemoryError("the JVM has one for every thread");
        IOException later = new IOException("later");
        Closer closer = new Closer();
        closer.add("the last to close", () -> {
            throw later;
        });
        closer.add("the first to close", () -> {
            throw first;
        });
        closer.closeAfter(first);
        assertThat(first).hasSuppressedException(later);
        assertThat(first.getSuppressed()).hasSize(1);
    }
}
