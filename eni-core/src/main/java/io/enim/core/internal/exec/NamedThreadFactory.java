// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Creates daemon threads with descriptive names. Safe for concurrent use. */
public final class NamedThreadFactory implements ThreadFactory {
    private final String prefix;
    private final AtomicInteger made = new AtomicInteger();

    /** Threads named {@code enim-PURPOSE-1}, {@code enim-PURPOSE-2} and so on. */
    public NamedThreadFactory(String purpose) {
        this.prefix = "enim-" + purpose + "-";
    }

    @Override
    public Thread newThread(Runnable work) {
        Thread thread = new Thread(work, prefix + made.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
