package io.enim.provider.tck;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.NoEniAvailableException;
import io.enim.provider.EniProvider;
import io.enim.provider.tck.History.Call;
import io.enim.provider.tck.History.Kind;
import io.enim.provider.tck.History.Returned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Records histories of a provider that has two free ENIs left: some threads, fewer endpoints, every call by chance. */
final class Histories {
    private static final int CALLS = 5;
    private static final int ENDPOINTS = 3;

    private final EniProvider provider;
    private final Duration patience;
    private final Set<String> free;
    private final Returned returned;
    private final AtomicLong order = new AtomicLong();

    /** Over a provider that is calm, and stays so but for this. */
    Histories(EniProvider provider, Duration patience) {
        this.provider = provider;
        this.patience = patience;
        this.free = ready();
        provider.allocateNextEni(endpoint(0));
        provider.deallocateEni(endpoint(0));
        this.returned = ready().equals(free) ? Returned.FREE : Returned.PERHAPS_RESTING;
        calm();
    }

    private static Endpoint endpoint(int index) {
        return Endpoint.of("kit", "h" + index, "life1");
    }

    private Set<String> ready() {
        return provider.list().stream()
                .filter(eni -> eni.state() == EniState.READY)
                .map(Eni::id)
                .collect(Collectors.toSet());
    }

    /** One round of so many threads; what it was if no order explains it, empty if one does. */
    Optional<List<Call>> unexplained(int threads, long seed) {
        List<Call> calls = new ArrayList<>();
        Race.of("PRV-14", patience, threads, thread -> calls(thread, new Random(seed * threads + thread)))
                .forEach(calls::addAll);
        calm();
        return History.isExplained(calls, free, returned) ? Optional.empty() : Optional.of(calls);
    }

    private List<Call> calls(int thread, Random random) {
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            Endpoint endpoint = endpoint(random.nextInt(ENDPOINTS));
            Kind kind = random.nextInt(5) < 3 ? Kind.ALLOCATE : Kind.DEALLOCATE;
            long began = order.incrementAndGet();
            Optional<String> answer = kind == Kind.ALLOCATE ? allocate(endpoint) : deallocate(endpoint);
            calls.add(new Call(thread, kind, endpoint, answer, began, order.incrementAndGet()));
        }
        return calls;
    }

    private Optional<String> allocate(Endpoint endpoint) {
        try {
            return Optional.of(provider.allocateNextEni(endpoint).id());
        } catch (NoEniAvailableException e) {
            return Optional.empty();
        }
    }

    private Optional<String> deallocate(Endpoint endpoint) {
        provider.deallocateEni(endpoint);
        return Optional.empty();
    }

    private void calm() {
        for (int i = 0; i < ENDPOINTS; i++) {
            provider.deallocateEni(endpoint(i));
        }
        Settled.until(
                patience,
                this::ready,
                free::equals,
                now -> "PRV-20: everybody gave back, and free are " + now + ", not " + free);
    }
}
