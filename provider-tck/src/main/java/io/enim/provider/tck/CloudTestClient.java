package io.enim.provider.tck;

import io.enim.AmbiguousProviderException;
import io.enim.EniException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** One cloud under test with what was made in it; waits and repeats as core would. */
final class CloudTestClient {
    /** What core repeats without thinking: the cloud is busy, or does not know yet what it made just now. */
    private static final Set<Refusal> TRANSIENT =
            EnumSet.of(Refusal.THROTTLED, Refusal.UNAVAILABLE, Refusal.NOT_FOUND, Refusal.SUBNET_FULL);

    /** What passes while an ENI is on its way from one state to the next. */
    private static final Set<Refusal> TRANSIENT_WHILE_CHANGING =
            EnumSet.of(Refusal.THROTTLED, Refusal.UNAVAILABLE, Refusal.NOT_FOUND, Refusal.WRONG_STATE);

    private final EniCloud cloud;
    private final OwnerTag ownerTag;
    private final Duration timeout;
    private final Set<String> createdIds = ConcurrentHashMap.newKeySet();
    /** Tokens of creations that gave no answer: they may have made something. */
    private final Set<String> unanswered = ConcurrentHashMap.newKeySet();

    private boolean closed;

    CloudTestClient(EniCloud cloud, OwnerTag ownerTag, Duration patience) {
        this.cloud = cloud;
        this.ownerTag = ownerTag;
        this.timeout = patience;
    }

    EniCloud cloud() {
        return cloud;
    }

    OwnerTag ownerTag() {
        return ownerTag;
    }

    static String token() {
        return "kit-" + UUID.randomUUID();
    }

    CloudEni create() {
        return create(token());
    }

    CloudEni create(String token) {
        return retrying(() -> createOnce(token));
    }

    CloudEni createOnce(String token) {
        unanswered.add(token);
        CloudEni eni = cloud.create(new CreateRequest(token, ownerTag));
        createdIds.add(eni.id());
        unanswered.remove(token);
        return eni;
    }

    /** A new ENI, once it can be seen and attached. */
    CloudEni createAvailable() {
        return waitFor(create().id(), Status.AVAILABLE);
    }

    /** A new ENI, once it is attached here. */
    CloudEni createAttached() {
        String id = createAvailable().id();
        attach(id);
        return waitFor(id, Status.ATTACHED);
    }

    void attach(String id) {
        AttachRequest request = new AttachRequest(token());
        retrying(TRANSIENT_WHILE_CHANGING, () -> cloud.attach(id, request));
    }

    void detach(String id) {
        retrying(TRANSIENT_WHILE_CHANGING, () -> cloud.detach(id));
    }

    void delete(String id) {
        retrying(TRANSIENT, () -> cloud.delete(id));
        createdIds.remove(id);
    }

    List<CloudEni> describe() {
        return retrying(cloud::describe);
    }

    Optional<CloudEni> find(String id) {
        return describe().stream().filter(eni -> eni.id().equals(id)).findFirst();
    }

    /** The first description of it. */
    CloudEni firstDescription(String rule, String id) {
        return Eventually.until(
                        timeout,
                        () -> find(id),
                        Optional::isPresent,
                        seen -> rule + ": create answered " + id + ", and describe does not name it; look at the"
                                + " filter, at pages left out, and whether patience() is long enough")
                .orElseThrow();
    }

    CloudEni waitFor(String id, Status status) {
        return Eventually.until(
                        timeout,
                        () -> find(id),
                        seen -> seen.filter(eni -> eni.status() == status).isPresent(),
                        seen -> "waiting for " + id + " to be " + status + ": describe says "
                                + seen.map(CloudEni::toString).orElse("nothing")
                                + "; look at the statuses' mapping, and whether patience() is long enough")
                .orElseThrow();
    }

    void waitUntilGone(String id) {
        Eventually.until(
                timeout,
                () -> find(id),
                Optional::isEmpty,
                seen -> "waiting for " + id + " to be gone after delete: describe says " + seen);
    }

    private void retrying(Set<Refusal> passing, Runnable call) {
        retrying(passing, () -> {
            call.run();
            return true;
        });
    }

    <T> T retrying(Supplier<T> call) {
        return retrying(TRANSIENT, call);
    }

    /** Every call may be repeated: it is a question, or has a token, or finds done what it asks for. */
    private <T> T retrying(Set<Refusal> passing, Supplier<T> call) {
        long begin = System.nanoTime();
        return Eventually.until(
                        timeout,
                        () -> {
                            try {
                                return Optional.of(call.get());
                            } catch (ProviderException e) {
                                boolean passes = e instanceof AmbiguousProviderException
                                        || e instanceof RetryableProviderException && passing.contains(e.refusal());
                                if (!passes || System.nanoTime() - begin > timeout.toNanos()) {
                                    throw e;
                                }
                                return Optional.<T>empty();
                            }
                        },
                        Optional::isPresent,
                        none -> "the cloud was busy all the time")
                .orElseThrow();
    }

    /** Closes the cloud, as a process that ends; another bench of this mark removes what is left. */
    void closeCloud() {
        closed = true;
        cloud.close();
    }

    /** Makes a call that the rule says is success. */
    void expectSuccess(String what, Runnable call) {
        expectSuccess(what, () -> {
            call.run();
            return true;
        });
    }

    /** Makes a call that the rule says is answered. */
    <T> T expectSuccess(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            throw new AssertionError(what + " is success, and failed: " + e + "; look at the mapping of its code", e);
        }
    }

    /** What describe shows with this bench's mark. */
    List<CloudEni> withOwnerTag() {
        return describe().stream()
                .filter(eni -> eni.ownerTag().filter(ownerTag::equals).isPresent())
                .toList();
    }

    /**
     * Removes what this test made: what create answered, what a lost answer may have made, and what else carries the
     * mark. Goes over all of it again and again until nothing is left, whatever fails on the way.
     */
    void removeAll() {
        if (closed) {
            return;
        }
        try {
            Eventually.until(
                    timeout,
                    this::sweep,
                    Map::isEmpty,
                    left -> "removing what the test made; remove the rest by hand: " + left);
        } finally {
            cloud.close();
        }
    }

    /** What is left, each with why. */
    private Map<String, String> sweep() {
        Map<String, String> left = new LinkedHashMap<>();
        for (String token : List.copyOf(unanswered)) {
            attempt(left, "what the token " + token + " may have made", () -> createOnce(token));
        }
        Map<String, CloudEni> there = new LinkedHashMap<>();
        attempt(
                left,
                "describe",
                () -> cloud.describe().stream()
                        .filter(eni -> createdIds.contains(eni.id())
                                || eni.ownerTag().filter(ownerTag::equals).isPresent())
                        .forEach(eni -> there.put(eni.id(), eni)));
        // Not described is not gone: only a delete that succeeds says so.
        for (String id : List.copyOf(createdIds)) {
            if (!there.containsKey(id)) {
                attempt(left, id, () -> {
                    cloud.delete(id);
                    createdIds.remove(id);
                });
            }
        }
        there.forEach((id, eni) -> {
            left.put(id, "it is " + eni.status());
            attempt(left, id, () -> remove(eni));
        });
        return left;
    }

    private void remove(CloudEni eni) {
        switch (eni.status()) {
            case ATTACHED, ATTACHING -> cloud.detach(eni.id());
            case AVAILABLE, OTHER -> {
                cloud.delete(eni.id());
                createdIds.remove(eni.id());
            }
            case DETACHING -> {
                // On its way by itself.
            }
        }
    }

    private static void attempt(Map<String, String> left, String what, Runnable work) {
        try {
            work.run();
        } catch (EniException e) {
            left.put(what, e.toString());
        }
    }
}
