package io.enim.core.internal.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Records that are to be removed from disk when there is time. What fails is tried again. Belongs to the rounds. */
final class Chores {
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private record Chore(Runnable work, Instant notBefore) {}

    private final Outside outside;
    private final Map<String, Chore> open = new LinkedHashMap<>();

    Chores(Outside outside) {
        this.outside = outside;
    }

    void add(String name, Runnable work) {
        open.put(name, new Chore(work, Instant.MIN));
    }

    void step(Agenda agenda, SteadyClock clock) {
        for (Map.Entry<String, Chore> entry : Map.copyOf(open).entrySet()) {
            Chore chore = entry.getValue();
            if (!agenda.isDue(chore.notBefore())) {
                agenda.at(chore.notBefore());
                continue;
            }
            String name = entry.getKey();
            // Until the answer comes it is under way and not due.
            open.put(name, new Chore(chore.work(), Instant.MAX));
            outside.<Boolean>start(name, () -> done(chore.work()), answer -> {
                if (answer.error().isEmpty()) {
                    open.remove(name);
                } else {
                    open.put(name, new Chore(chore.work(), clock.now().plus(AGAIN)));
                }
            });
        }
    }

    static Boolean done(Runnable work) {
        work.run();
        return true;
    }
}
