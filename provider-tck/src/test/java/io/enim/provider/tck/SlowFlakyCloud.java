package io.enim.provider.tck;

import io.enim.AmbiguousProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.OwnerTag;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A cloud that keeps every rule and makes it hard: a new ENI stays hidden for a while, every change takes some
 * describes, and many calls are throttled or lose their answers.
 */
class SlowFlakyCloud extends PlainCloud {
    private static final int DESCRIBES_PER_CHANGE = 3;

    /** What all adapters of one test see besides the ENIs. */
    static final class SharedDelays {
        /** How many describes it takes until an ENI is seen, or until its present state ends. */
        final Map<String, Integer> hidden = new HashMap<>();

        final Map<String, Integer> changing = new HashMap<>();
        final AtomicInteger calls = new AtomicInteger();
    }

    private final SharedDelays delays;

    SlowFlakyCloud(Backend backend, SharedDelays delays, OwnerTag ownerTag) {
        super(backend, ownerTag);
        this.delays = delays;
    }

    @Override
    public List<CloudEni> describe() {
        synchronized (backend) {
            for (CloudEni eni : List.copyOf(backend.enis.values())) {
                if (count(delays.changing, eni.id())) {
                    if (eni.status() == Status.ATTACHING) {
                        put(eni, Status.ATTACHED, eni.number(), eni.instanceId());
                    } else {
                        put(eni, Status.AVAILABLE, 0, Optional.empty());
                    }
                }
                count(delays.hidden, eni.id());
            }
            return super.describe().stream()
                    .filter(eni -> !delays.hidden.containsKey(eni.id()))
                    .toList();
        }
    }

    private static boolean count(Map<String, Integer> describes, String id) {
        describes.computeIfPresent(id, (key, left) -> left - 1);
        return describes.remove(id, 0);
    }

    @Override
    public CloudEni create(CreateRequest request) {
        return withFaults("create", () -> {
            boolean known = backend.tokens.containsKey(request.token());
            CloudEni eni = super.create(request);
            if (!known) {
                delays.hidden.put(eni.id(), DESCRIBES_PER_CHANGE);
            }
            return eni;
        });
    }

    @Override
    public void attach(String eniId, AttachRequest request) {
        change("attach", eniId, Set.of(Status.DETACHING), () -> {
            CloudEni before = backend.enis.get(eniId);
            if (before == null || before.status() == Status.AVAILABLE) {
                super.attach(eniId, request);
                move(eniId, Status.ATTACHING);
            }
        });
    }

    @Override
    public void detach(String eniId) {
        change("detach", eniId, Set.of(Status.ATTACHING), () -> {
            CloudEni eni = backend.enis.get(eniId);
            if (eni != null && eni.status() == Status.ATTACHED) {
                move(eniId, Status.DETACHING);
            }
        });
    }

    @Override
    public void delete(String eniId) {
        change("delete", eniId, Set.of(Status.ATTACHING, Status.DETACHING), () -> super.delete(eniId));
    }

    private void change(String method, String eniId, Set<Status> refusedIn, Runnable effect) {
        withFaults(method, () -> {
            CloudEni eni = backend.enis.get(eniId);
            if (eni != null && delays.hidden.containsKey(eniId)) {
                throw new RetryableProviderException(Refusal.NOT_FOUND, "", eniId + ": not known, or not yet");
            }
            if (eni != null && refusedIn.contains(eni.status())) {
                throw new RetryableProviderException(Refusal.WRONG_STATE, "", eniId + ": it is " + eni.status());
            }
            effect.run();
            return eniId;
        });
    }

    private void move(String eniId, Status to) {
        CloudEni eni = backend.enis.get(eniId);
        put(eni, to, eni.number(), eni.instanceId());
        delays.changing.put(eniId, DESCRIBES_PER_CHANGE);
    }

    private <T> T withFaults(String method, Supplier<T> call) {
        requireOpen();
        int turn = delays.calls.incrementAndGet();
        if (turn % 3 == 0) {
            throw new RetryableProviderException(Refusal.THROTTLED, "", method + ": slow down");
        }
        T result;
        synchronized (backend) {
            result = call.get();
        }
        if (turn % 5 == 0) {
            throw new AmbiguousProviderException(Refusal.UNAVAILABLE, "", method + ": the answer was lost; describe");
        }
        return result;
    }
}
