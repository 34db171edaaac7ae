// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniWish;
import io.enim.FatalProviderException;
import io.enim.NoEniAvailableException;
import io.enim.provider.EniProvider;
import io.enim.provider.tck.ProviderModel.AfterRelease;
import io.enim.provider.tck.ProviderModel.Call;
import io.enim.provider.tck.ProviderModel.Kind;
import io.enim.testing.CallRecorder;
import io.enim.testing.HistoryEvent;
import io.enim.testing.Linearizability;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Records histories of a provider that has two free ENIs left: some threads, fewer endpoints, every call by chance. */
final class HistoryRecorder {
    private static final int CALLS = 5;
    private static final int ENDPOINTS = 3;
    private static final int LOOKS = 20;

    private final EniProvider provider;
    private final TimeLimit limit;
    private final Set<String> free;
    private final AfterRelease afterRelease;
    private final boolean takesRequirements;

    /** Over a provider that nothing else calls. */
    HistoryRecorder(EniProvider provider, TimeLimit limit) {
        this.provider = provider;
        this.limit = limit;
        this.free = ready();
        this.afterRelease = isFreeAfterEveryRelease() ? AfterRelease.FREE : AfterRelease.MAYBE_COOLING_DOWN;
        releaseAll();
        this.takesRequirements = require(endpoint(0), free.iterator().next()).isPresent();
        releaseAll();
    }

    /** One look proves nothing: a short cooldown can end before it. */
    private boolean isFreeAfterEveryRelease() {
        return IntStream.range(0, LOOKS).allMatch(look -> {
            provider.allocateNextEni(endpoint(0));
            provider.deallocateEni(endpoint(0));
            return ready().equals(free);
        });
    }

    private static Endpoint endpoint(int index) {
        return Endpoint.of("kit", "h" + index, "container1");
    }

    private Set<String> ready() {
        return EniProviderKit.free(provider.list());
    }

    /** One round of so many threads; what it was if no order explains it, empty if one does. */
    Optional<List<HistoryEvent<Call, Optional<String>>>> findUnexplained(int threads, long seed) {
        List<List<Call>> programs = LongStream.range(0, threads)
                .mapToObj(thread -> new Random(seed * threads + thread))
                .map(random -> Stream.generate(() -> call(random)).limit(CALLS).toList())
                .toList();
        List<HistoryEvent<Call, Optional<String>>> history;
        try (CallRecorder recorder = new CallRecorder()) {
            history = ConcurrentCalls.runAlone("PRV-14", limit, () -> recorder.run(programs, this::answer));
        }
        releaseAll();
        boolean isExplained = Linearizability.order(new ProviderModel(free, afterRelease), history)
                .isPresent();
        return isExplained ? Optional.empty() : Optional.of(history);
    }

    private Call call(Random random) {
        Endpoint endpoint = endpoint(random.nextInt(ENDPOINTS));
        if (random.nextInt(5) >= 3) {
            return new Call(Kind.DEALLOCATE, endpoint, "");
        }
        if (takesRequirements && random.nextInt(3) == 0) {
            List<String> ids = free.stream().sorted().toList();
            return new Call(Kind.REQUIRE, endpoint, ids.get(random.nextInt(ids.size())));
        }
        return new Call(Kind.ALLOCATE, endpoint, "");
    }

    private Optional<String> answer(Call call) {
        return switch (call.kind()) {
            case ALLOCATE ->
                EniProviderKit.tryAllocate(provider, call.endpoint()).map(Eni::id);
            case REQUIRE -> require(call.endpoint(), call.required());
            case DEALLOCATE -> {
                provider.deallocateEni(call.endpoint());
                yield Optional.empty();
            }
        };
    }

    /** What the endpoint holds then; empty for a refusal. */
    private Optional<String> require(Endpoint endpoint, String id) {
        try {
            return Optional.of(provider.allocateEni(endpoint, EniWish.required().withEni(id))
                    .id());
        } catch (NoEniAvailableException | FatalProviderException e) {
            return Optional.empty();
        }
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
