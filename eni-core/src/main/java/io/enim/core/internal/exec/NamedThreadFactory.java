package io.enim.core.internal.exec;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes daemon threads with telling names. */
public final class NamedThreadFactory implements ThreadFactory {
    private final String prefix;
    private final AtomicInteger made = new AtomicInteger();

    /** Threads named {@code enim-WHAT-1}, {@code enim-WHAT-2} and so on. */
    public NamedThreadFactory(String what) {
        this.prefix = "enim-" + what + "-";
    }

    @Override
    public Thread newThread(Runnable work) {
        Thread thread = new Thread(work, prefix + made.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
