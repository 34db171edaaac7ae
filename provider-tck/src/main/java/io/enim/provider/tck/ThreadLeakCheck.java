package io.enim.provider.tck;

import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds threads that were not there before and are still there after. */
final class ThreadLeakCheck {
    /** Threads of the JDK's own, begun by whoever needs them first; nobody can end them. */
    private static final Set<String> JDK =
            Set.of("Keep-Alive-Timer", "process reaper", "Common-Cleaner", "Attach Listener", "Notification Thread");

    private final Set<Thread> before = Thread.getAllStackTraces().keySet();

    void requireNoneLeft(String rule, Duration patience, Predicate<Thread> isForeign) {
        Eventually.until(
                patience,
                () -> left(isForeign),
                Set::isEmpty,
                left -> rule + ": after close these threads live on: " + left
                        + "; look for an executor, timer or connection pool that close does not end");
    }

    private Set<String> left(Predicate<Thread> isForeign) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.isAlive())
                .filter(thread -> !JDK.contains(thread.getName()))
                .filter(thread -> !thread.getName().startsWith("ForkJoinPool.commonPool-"))
                .filter(isForeign.negate())
                .map(Thread::getName)
                .collect(Collectors.toSet());
    }
}
