// SPDX-License-Identifier: Apache-2.0
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
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** One cloud under test with the ENIs created in it; waits and retries as core does. */
final class CloudTestClient {
    /** What core retries: the cloud is busy, or does not know yet what it created just now. */
    private static final Set<Refusal> TRANSIENT =
            EnumSet.of(Refusal.THROTTLED, Refusal.UNAVAILABLE, Refusal.NOT_FOUND, Refusal.SUBNET_FULL);

    /** What ends by itself while an ENI changes its state. */
    private static final Set<Refusal> TRANSIENT_WHILE_CHANGING =
            EnumSet.of(Refusal.THROTTLED, Refusal.UNAVAILABLE, Refusal.NOT_FOUND, Refusal.WRONG_STATE);

    private final EniCloud cloud;
    private final OwnerTag ownerTag;
    private final TimeLimit limit;
    private final Set<String> createdIds = ConcurrentHashMap.newKeySet();
    /** Tokens of creations that gave no answer: they may have created an ENI. */
    private final Set<String> unanswered = ConcurrentHashMap.newKeySet();

    private boolean closed;

    CloudTestClient(EniCloud cloud, OwnerTag ownerTag, TimeLimit limit) {
        this.cloud = cloud;
        this.ownerTag = ownerTag;
        this.limit = limit;
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
        retrying(TRANSIENT, () -> deleteOnce(id));
    }

    private void deleteOnce(String id) {
        cloud.delete(id);
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
        return limit.until(
                        () -> find(id),
                        Optional::isPresent,
                        seen -> rule + ": create answered " + id + ", and describe does not contain it;"
                                + " check the filter, the reading of pages, and whether timeout() is long enough")
                .orElseThrow();
    }

    CloudEni waitFor(String id, Status status) {
        return limit.until(
                        () -> find(id),
                        seen -> seen.filter(eni -> eni.status() == status).isPresent(),
                        seen -> "waiting for " + id + " to be " + status + ": describe says "
                                + seen.map(CloudEni::toString).orElse("nothing")
                                + "; check the mapping of statuses, and whether timeout() is long enough")
                .orElseThrow();
    }

    void waitUntilGone(String id) {
        limit.until(() -> find(id), Optional::isEmpty, seen -> id + " was deleted, and describe says " + seen);
    }

    private void retrying(Set<Refusal> transientRefusals, Runnable call) {
        retrying(transientRefusals, () -> {
            call.run();
            return true;
        });
    }

    <T> T retrying(Supplier<T> call) {
        return retrying(TRANSIENT, call);
    }

    /** Every call may be repeated: it changes nothing, or has a token, or is idempotent. */
    private <T> T retrying(Set<Refusal> transientRefusals, Supplier<T> call) {
        BooleanSupplier isOver = limit.start();
        return limit.until(
                        () -> {
                            try {
                                return Optional.of(call.get());
                            } catch (ProviderException e) {
                                boolean isTransient = e instanceof AmbiguousProviderException
                                        || e instanceof RetryableProviderException
                                                && transientRefusals.contains(e.refusal());
                                if (!isTransient || isOver.getAsBoolean()) {
                                    throw e;
                                }
                                return Optional.<T>empty();
                            }
                        },
                        Optional::isPresent,
                        none -> "the cloud was busy all the time")
                .orElseThrow();
    }

    /** Closes the cloud, as a process that ends; another client with this owner tag removes the rest. */
    void closeCloud() {
        closed = true;
        cloud.close();
    }

    /** Makes a call that must succeed by the rule. */
    void expectSuccess(String what, Runnable call) {
        expectSuccess(what, () -> {
            call.run();
            return true;
        });
    }

    /** Makes a call that must be answered by the rule. */
    <T> T expectSuccess(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            throw new AssertionError(what + " must succeed, and failed: " + e + "; check the mapping of its code", e);
        }
    }

    /** What describe shows with this client's owner tag. */
    List<CloudEni> withOwnerTag() {
        return describe().stream().filter(this::hasOwnerTag).toList();
    }

    private boolean hasOwnerTag(CloudEni eni) {
        return eni.ownerTag().equals(Optional.of(ownerTag));
    }

    /**
     * Removes what this test created: what create answered, what a lost answer may have created, and every other ENI with
     * the owner tag. Repeats until nothing is left, also after failures.
     */
    void removeAll() {
        if (closed) {
            return;
        }
        try {
            limit.until(this::sweep, Map::isEmpty, left -> "these ENIs of the test must be removed by hand: " + left);
        } finally {
            cloud.close();
        }
    }

    /** Removes what can be removed now; what is left, each with the reason. */
    private Map<String, String> sweep() {
        Map<String, String> left = new LinkedHashMap<>();
        for (String token : List.copyOf(unanswered)) {
            attempt(left, "the ENI that token " + token + " may have created", () -> createOnce(token));
        }
        Map<String, CloudEni> described = new LinkedHashMap<>();
        attempt(
                left,
                "describe",
                () -> cloud.describe().stream()
                        .filter(eni -> createdIds.contains(eni.id()) || hasOwnerTag(eni))
                        .forEach(eni -> described.put(eni.id(), eni)));
        // Not described is not gone: only a delete that succeeds says so.
        for (String id : List.copyOf(createdIds)) {
            if (!described.containsKey(id)) {
                attempt(left, id, () -> deleteOnce(id));
            }
        }
        described.forEach((id, eni) -> {
            left.put(id, "it is " + eni.status());
            attempt(left, id, () -> remove(eni));
        });
        return left;
    }

    private void remove(CloudEni eni) {
        switch (eni.status()) {
            case ATTACHED, ATTACHING -> cloud.detach(eni.id());
            case AVAILABLE, OTHER -> deleteOnce(eni.id());
            case DETACHING -> {} // It will be available without a call.
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
