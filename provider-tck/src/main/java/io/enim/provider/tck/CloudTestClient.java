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
import io.enim.provider.Mark;
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
final class CloudBench {
    /** What core repeats without thinking: the cloud is busy, or does not know yet what it made just now. */
    private static final Set<Refusal> PASSING =
            EnumSet.of(Refusal.THROTTLED, Refusal.UNAVAILABLE, Refusal.NOT_FOUND, Refusal.SUBNET_FULL);

    /** What passes while an ENI is on its way from one state to the next. */
    private static final Set<Refusal> PASSING_ON_THE_WAY =
            EnumSet.of(Refusal.THROTTLED, Refusal.UNAVAILABLE, Refusal.NOT_FOUND, Refusal.WRONG_STATE);

    private final EniCloud cloud;
    private final Mark mark;
    private final Duration patience;
    private final Set<String> made = ConcurrentHashMap.newKeySet();
    /** Tokens of creations that gave no answer: they may have made something. */
    private final Set<String> unanswered = ConcurrentHashMap.newKeySet();

    private boolean ended;

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
        return patiently(() -> createOnce(token));
    }

    CloudEni createOnce(String token) {
        unanswered.add(token);
        CloudEni eni = cloud.create(new CreateRequest(token, mark));
        made.add(eni.id());
        unanswered.remove(token);
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
        patiently(PASSING_ON_THE_WAY, () -> cloud.attach(id, request));
    }

    void detach(String id) {
        patiently(PASSING_ON_THE_WAY, () -> cloud.detach(id));
    }

    void delete(String id) {
        patiently(PASSING, () -> cloud.delete(id));
        made.remove(id);
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

    private void patiently(Set<Refusal> passing, Runnable call) {
        patiently(passing, () -> {
            call.run();
            return true;
        });
    }

    <T> T patiently(Supplier<T> call) {
        return patiently(PASSING, call);
    }

    /** Every call may be repeated: it is a question, or has a token, or finds done what it asks for. */
    private <T> T patiently(Set<Refusal> passing, Supplier<T> call) {
        long begin = System.nanoTime();
        return Settled.until(
                        patience,
                        () -> {
                            try {
                                return Optional.of(call.get());
                            } catch (ProviderException e) {
                                boolean passes = e instanceof AmbiguousProviderException
                                        || e instanceof RetryableProviderException && passing.contains(e.refusal());
                                if (!passes || System.nanoTime() - begin > patience.toNanos()) {
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
    void end() {
        ended = true;
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
    List<CloudEni> marked() {
        return describe().stream()
                .filter(eni -> eni.mark().filter(mark::equals).isPresent())
                .toList();
    }

    /**
     * Removes what this test made: what create answered, what a lost answer may have made, and what else carries the
     * mark. Goes over all of it again and again until nothing is left, whatever fails on the way.
     */
    void clear() {
        if (ended) {
            return;
        }
        try {
            Settled.until(
                    patience,
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
                        .filter(eni -> made.contains(eni.id())
                                || eni.mark().filter(mark::equals).isPresent())
                        .forEach(eni -> there.put(eni.id(), eni)));
        // Not described is not gone: only a delete that succeeds says so.
        for (String id : List.copyOf(made)) {
            if (!there.containsKey(id)) {
                attempt(left, id, () -> {
                    cloud.delete(id);
                    made.remove(id);
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
                made.remove(eni.id());
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
