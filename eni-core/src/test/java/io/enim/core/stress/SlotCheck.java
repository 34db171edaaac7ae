package io.enim.core.stress;

import io.enim.AddRequest;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.OverloadedException;
import io.enim.core.chaos.Fault.Kind;
import io.enim.core.chaos.Fault.Place;
import io.enim.core.chaos.Strike;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Whether a manager at rest has every place for an operation: so many ADDs, which hang, are under way at once. */
record SlotCheck(ChaoticSeams seams, int places) {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final Executor THREADS = work -> new Thread(work, "slot-check").start();

    /** Which ADDs were refused for want of a place. */
    List<Throwable> run(EniManager manager) {
        List<Throwable> failed = new ArrayList<>();
        List<Endpoint> endpoints = IntStream.range(0, places)
                .mapToObj(number -> Endpoint.of("slots", "pod" + number, "c"))
                .toList();
        seams.begins(new Strike(Kind.DEAF, Place.PROVIDER, "allocateNextEni"));
        List<CompletableFuture<Void>> calls = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            AddRequest request =
                    AddRequest.forEndpoint(endpoint).timeout(LONGEST).build();
            calls.add(CompletableFuture.runAsync(() -> manager.add(request), THREADS));
        }
        Awaitility.await("all ADDs hang or have failed")
                .atMost(LONGEST)
                .until(() -> seams.hanging()
                                + calls.stream()
                                        .filter(CompletableFuture::isDone)
                                        .count()
                        >= places);
        seams.heal();
        for (CompletableFuture<Void> call : calls) {
            call.handle((done, error) -> error == null ? null : error.getCause())
                    .thenAccept(error -> {
                        if (error instanceof OverloadedException) {
                            failed.add(error);
                        }
                    })
                    .join();
        }
        endpoints.forEach(manager::del);
        return failed;
    }
}
