// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds threads that started since this was made and do not end. */
final class ThreadLeakCheck {
    /** Threads of the JDK, started by the first code that needs them; no code can end them. */
    private static final Set<String> JDK =
            Set.of("Keep-Alive-Timer", "process reaper", "Common-Cleaner", "Attach Listener", "Notification Thread");

    /** How the names of the kit's own threads begin. */
    static final String KIT_THREADS = "enim-kit-";

    private final Set<Thread> before = Thread.getAllStackTraces().keySet();

    void requireNoneLeft(String rule, TimeLimit limit, Predicate<Thread> isUnrelated) {
        limit.until(
                () -> left(isUnrelated),
                Set::isEmpty,
                left -> rule + ": these threads still run after close: " + left
                        + "; look for an executor, timer or connection pool that close does not end");
    }

    private Set<String> left(Predicate<Thread> isUnrelated) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.isAlive())
                .filter(thread ->
                        !JDK.contains(thread.getName()) && !thread.getName().startsWith(KIT_THREADS))
                .filter(thread -> !thread.getName().startsWith("ForkJoinPool.commonPool-"))
                .filter(isUnrelated.negate())
                .map(Thread::getName)
                .collect(Collectors.toSet());
    }
}
