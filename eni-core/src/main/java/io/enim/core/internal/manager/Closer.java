// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.core.internal.exec.FirstError;
import io.enim.core.internal.log.SafeLogger;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.BiConsumer;

/** Closes resources, the latest first; an error of one does not keep the others open. Safe for concurrent use. */
final class Closer {
    private static final SafeLogger LOG = SafeLogger.of(Closer.class);

    private record Entry(String name, AutoCloseable closeable) {}

    private final Deque<Entry> entries = new ConcurrentLinkedDeque<>();

    /** Takes a resource to close, under a name for the log. */
    <T extends AutoCloseable> T add(String name, T closeable) {
        entries.push(new Entry(name, closeable));
        return closeable;
    }

    /** Closes everything because of an error, to which further errors are added as suppressed. */
    void closeAfter(Throwable first) {
        closeAll((name, e) -> FirstError.suppress(first, e));
    }

    /** Closes everything. Idempotent. */
    void close() {
        closeAll((name, e) -> LOG.warn("closing {} failed; the other resources are closed all the same", name, e));
    }

    private void closeAll(BiConsumer<String, Throwable> onError) {
        for (Entry entry = entries.poll(); entry != null; entry = entries.poll()) {
            try {
                entry.closeable().close();
            } catch (Throwable e) {
                onError.accept(entry.name(), e);
            }
        }
    }
}
