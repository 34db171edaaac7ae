package io.enim.provider.tck;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.NoEniAvailableException;
import io.enim.provider.EniProvider;
import io.enim.provider.tck.ProviderModel.AfterRelease;
import io.enim.provider.tck.ProviderModel.Call;
import io.enim.provider.tck.ProviderModel.Kind;
import io.enim.testing.HistoryEvent;
import io.enim.testing.Linearizability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Records histories of a provider that has two free ENIs left: some threads, fewer endpoints, every call by chance. */
final class HistoryRecorder {
    private static final int CALLS = 5;
    private static final int ENDPOINTS = 3;

    private final EniProvider provider;
    private final TimeLimit limit;
    private final Set<String> free;
    private final AfterRelease afterRelease;
    private final AtomicLong order = new AtomicLong();

    /** Over a provider that nothing else calls. */
    HistoryRecorder(EniProvider provider, TimeLimit limit) {
        this.provider = provider;
        this.limit = limit;
        this.free = ready();
        provider.allocateNextEni(endpoint(0));
        provider.deallocateEni(endpoint(0));
        this.afterRelease = ready().equals(free) ? AfterRelease.FREE : AfterRelease.MAYBE_COOLING_DOWN;
        releaseAll();
    }

    private static Endpoint endpoint(int index) {
        return Endpoint.of("kit", "h" + index, "container1");
    }

    private Set<String> ready() {
        return provider.list().stream()
                .filter(eni -> eni.state() == EniState.READY)
                .map(Eni::id)
                .collect(Collectors.toSet());
    }

    /** One round of so many threads; what it was if no order explains it, empty if one does. */
    Optional<List<HistoryEvent<Call, Optional<String>>>> findUnexplained(int threads, long seed) {
        List<HistoryEvent<Call, Optional<String>>> calls = new ArrayList<>();
        ConcurrentCalls.runTogether(
                        "PRV-14", limit, threads, thread -> calls(thread, new Random(seed * threads + thread)))
                .forEach(calls::addAll);
        releaseAll();
        boolean explained = Linearizability.order(new ProviderModel(free, afterRelease), calls)
                .isPresent();
        return explained ? Optional.empty() : Optional.of(calls);
    }

    private List<HistoryEvent<Call, Optional<String>>> calls(int thread, Random random) {
        List<HistoryEvent<Call, Optional<String>>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            Endpoint endpoint = endpoint(random.nextInt(ENDPOINTS));
            Kind kind = random.nextInt(5) < 3 ? Kind.ALLOCATE : Kind.DEALLOCATE;
            long began = order.incrementAndGet();
            Optional<String> answer = kind == Kind.ALLOCATE ? allocate(endpoint) : deallocate(endpoint);
            calls.add(new HistoryEvent<>(thread, began, order.incrementAndGet(), new Call(kind, endpoint), answer));
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

    private void releaseAll() {
        for (int i = 0; i < ENDPOINTS; i++) {
            provider.deallocateEni(endpoint(i));
        }
        limit.until(
                this::ready,
                free::equals,
                now -> "PRV-20: all ENIs were given back; free are " + now + ", not " + free);
    }
}
