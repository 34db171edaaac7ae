package io.enim.core.internal.manager;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what was opened, the latest first, each of them whatever happens to the others. Not thread-safe while things
 * are added.
 */
public final class Closer {
    private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

    /** Something to close. */
    private record Entry(String name, AutoCloseable closeable) {}

    private final Deque<Entry> entries = new ArrayDeque<>();

    /** Takes charge of something, under a name for the log. */
    public <T extends AutoCloseable> T add(String name, T closeable) {
        entries.push(new Entry(name, closeable));
        return closeable;
    }

    /** Closes everything because of an error, onto which further errors are suppressed. */
    public void closeAfter(RuntimeException first) {
        while (!entries.isEmpty()) {
            Entry entry = entries.pop();
            try {
                entry.closeable().close();
            } catch (Exception e) {
                first.addSuppressed(e);
            }
        }
    }

    /** Closes everything. Idempotent. */
    public void close() {
        while (!entries.isEmpty()) {
            Entry entry = entries.pop();
            try {
                entry.closeable().close();
            } catch (Exception e) {
                LOG.warn("{} did not close; the others are closed all the same", entry.name(), e);
            }
        }
    }
}
