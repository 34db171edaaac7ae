package io.enim.provider.tck;

import io.enim.EniException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** One cloud under test with what was made in it; waits and repeats as core would. */
final class CloudBench {
    /** What core repeats without thinking: the cloud is busy, or does not know yet what it made just now. */
    private static final Set<Refusal> PASSING = Set.of(Refusal.THROTTLED, Refusal.UNAVAILABLE, Refusal.NOT_FOUND);

    private final EniCloud cloud;
    private final Mark mark;
    private final Duration patience;
    private final Set<String> made = ConcurrentHashMap.newKeySet();

    CloudBench(EniCloud cloud, Mark mark, Duration patience) {
        this.cloud = cloud;
        this.mark = mark;
        this.patience = patience;
    }

    EniCloud cloud() {
        return cloud;
    }

    Mark mark() {
        return mark;
    }

    static String token() {
        return "kit-" + UUID.randomUUID();
    }

    CloudEni create() {
        return create(token());
    }

    CloudEni create(String token) {
        CloudEni eni = patiently(() -> cloud.create(new CreateRequest(token, mark)));
        made.add(eni.id());
        return eni;
    }

    /** A new ENI, once it can be seen and attached. */
    CloudEni available() {
        return wait(create().id(), Status.AVAILABLE);
    }

    /** A new ENI, once it is attached here. */
    CloudEni attached() {
        String id = available().id();
        attach(id);
        return wait(id, Status.ATTACHED);
    }

    void attach(String id) {
        AttachRequest request = new AttachRequest(token());
        patiently(() -> {
            cloud.attach(id, request);
            return id;
        });
    }

    void detach(String id) {
        patiently(() -> {
            cloud.detach(id);
            return id;
        });
    }

    void delete(String id) {
        patiently(() -> {
            cloud.delete(id);
            return id;
        });
    }

    List<CloudEni> describe() {
        return patiently(cloud::describe);
    }

    Optional<CloudEni> find(String id) {
        return describe().stream().filter(eni -> eni.id().equals(id)).findFirst();
    }

    /** The first description of it. */
    CloudEni firstSight(String rule, String id) {
        return Settled.until(
                        patience,
                        () -> find(id),
                        Optional::isPresent,
                        seen -> rule + ": create answered " + id + ", and describe does not name it; look at the"
                                + " filter, at pages left out, and whether patience() is long enough")
                .orElseThrow();
    }

    CloudEni wait(String id, Status status) {
        return Settled.until(
                        patience,
                        () -> find(id),
                        seen -> seen.filter(eni -> eni.status() == status).isPresent(),
                        seen -> "waiting for " + id + " to be " + status + ": describe says "
                                + seen.map(CloudEni::toString).orElse("nothing")
                                + "; look at the statuses' mapping, and whether patience() is long enough")
                .orElseThrow();
    }

    void waitUntilGone(String id) {
        Settled.until(
                patience,
                () -> find(id),
                Optional::isEmpty,
                seen -> "waiting for " + id + " to be gone after delete: describe says " + seen);
    }

    <T> T patiently(Supplier<T> call) {
        long begin = System.nanoTime();
        return Settled.until(
                        patience,
                        () -> {
                            try {
                                return Optional.of(call.get());
                            } catch (RetryableProviderException e) {
                                if (!PASSING.contains(e.refusal()) || System.nanoTime() - begin > patience.toNanos()) {
                                    throw e;
                                }
                                return Optional.<T>empty();
                            }
                        },
                        Optional::isPresent,
                        none -> "the cloud was busy all the time")
                .orElseThrow();
    }

    /** Makes a call that the rule says is success. */
    void expectSuccess(String what, Runnable call) {
        try {
            call.run();
        } catch (EniException e) {
            throw new AssertionError(what + " is success, and failed: " + e + "; look at the mapping of its code", e);
        }
    }

    /** Removes what this test made: what create answered, and what else carries the mark. */
    void clear() {
        try {
            for (CloudEni eni : describe()) {
                if (made.contains(eni.id()) || eni.mark().filter(mark::equals).isPresent()) {
                    remove(eni);
                }
            }
        } finally {
            cloud.close();
        }
    }

    private void remove(CloudEni eni) {
        if (eni.status() != Status.AVAILABLE) {
            detach(eni.id());
            Settled.until(
                    patience,
                    () -> find(eni.id()),
                    seen -> seen.filter(e -> e.status() != Status.AVAILABLE).isEmpty(),
                    seen -> "cleaning up " + eni.id() + ": detached, and describe says " + seen);
        }
        delete(eni.id());
    }
}
