package io.enim.provider.tck;

import io.enim.ClosedException;
import io.enim.EniAddress;
import io.enim.FatalProviderException;
import io.enim.MacAddress;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import io.enim.provider.OwnerTag;
import io.enim.provider.tck.FaultInjector.Fault;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A cloud that keeps every rule, as small as it can be. Bad ones differ from it in one of its functions each, which are
 * set before it is used.
 */
class PlainCloud implements EniCloud {
    static final int LIMIT = 2;
    /** The instance's own first interface, which describe leaves out. */
    static final String FIRST_INTERFACE = "eni-own";

    private static final String HERE = "i-1";

    /** What all adapters of one test see. */
    static final class Backend {
        final Map<String, CloudEni> enis = new LinkedHashMap<>();
        final Map<String, String> tokens = new LinkedHashMap<>();
        final ScriptedFaults faults;
        int made;
        volatile String unknownStatusOf = "";

        Backend(ScriptedFaults faults) {
            this.faults = faults;
        }
    }

    final Backend backend;
    final OwnerTag ownerTag;
    volatile boolean closed;

    UnaryOperator<NodeIdentity> node = node -> node;
    UnaryOperator<NodeLimits> limits = limits -> limits;
    UnaryOperator<List<CloudEni>> described = enis -> enis;
    Predicate<CloudEni> isOurs = this::isOurs;
    UnaryOperator<CloudEni> read = eni -> eni;
    UnaryOperator<CreateRequest> creating = request -> request;
    Consumer<String> attaching = eniId -> {};
    Consumer<String> detaching = eniId -> {};
    Consumer<String> deleting = eniId -> {};
    IntUnaryOperator numbered = number -> number;
    Runnable closing = () -> closed = true;
    int limit = LIMIT;

    PlainCloud(Backend backend, OwnerTag ownerTag) {
        this.backend = backend;
        this.ownerTag = ownerTag;
    }

    final void requireOpen() {
        if (closed) {
            throw new ClosedException("the cloud is closed; make another");
        }
    }

    @Override
    public NodeIdentity node() {
        requireOpen();
        return node.apply(new NodeIdentity(HERE, "a"));
    }

    @Override
    public NodeLimits limits() {
        requireOpen();
        return limits.apply(new NodeLimits(LIMIT));
    }

    @Override
    public List<CloudEni> describe() {
        requireOpen();
        Fault fault = backend.faults.before("describe");
        if (fault == Fault.LOSE_ANSWER) {
            throw new RetryableProviderException(Refusal.UNAVAILABLE, "", "describe: the answer was lost; ask again");
        }
        synchronized (backend) {
            return described.apply(backend.enis.values().stream()
                    .filter(isOurs)
                    .map(this::read)
                    .map(read)
                    .toList());
        }
    }

    private CloudEni read(CloudEni eni) {
        return backend.unknownStatusOf.equals(eni.id())
                ? copy(eni, Status.OTHER, eni.mac(), eni.number(), eni.instanceId(), eni.ownerTag())
                : eni;
    }

    private boolean isOurs(CloudEni eni) {
        return eni.instanceId().isPresent() || eni.ownerTag().equals(Optional.of(ownerTag));
    }

    private <T> T call(String method, Supplier<T> effect) {
        return backend.faults.around(method, () -> {
            synchronized (backend) {
                return effect.get();
            }
        });
    }

    @Override
    public CloudEni create(CreateRequest asked) {
        requireOpen();
        CreateRequest request = creating.apply(asked);
        return call("create", () -> {
            String id = backend.tokens.computeIfAbsent(request.token(), token -> "eni-" + ++backend.made);
            return backend.enis.computeIfAbsent(id, absent -> fresh(id, request.ownerTag()));
        });
    }

    private CloudEni fresh(String id, OwnerTag of) {
        int n = backend.made;
        return new CloudEni(
                id,
                Status.AVAILABLE,
                MacAddress.parse("02:00:00:00:00:%02x".formatted(n)),
                Optional.of(EniAddress.parse("10.0.0." + (n + 1), "10.0.0.0/24", "10.0.0.1")),
                Optional.empty(),
                "subnet-1",
                0,
                Optional.empty(),
                Optional.of(of),
                Optional.empty());
    }

    void put(CloudEni eni, Status status, int number, Optional<String> instance) {
        int at = numbered.applyAsInt(number);
        backend.enis.put(eni.id(), copy(eni, status, eni.mac(), at, instance, eni.ownerTag()));
    }

    static CloudEni copy(
            CloudEni eni,
            Status status,
            MacAddress mac,
            int number,
            Optional<String> instance,
            Optional<OwnerTag> ownerTag) {
        return new CloudEni(
                eni.id(),
                status,
                mac,
                eni.ipv4(),
                eni.ipv6(),
                eni.subnetId(),
                number,
                instance,
                ownerTag,
                eni.created());
    }

    List<Integer> numbers() {
        return backend.enis.values().stream()
                .map(CloudEni::number)
                .filter(n -> n > 0)
                .toList();
    }

    @Override
    public void attach(String eniId, AttachRequest request) {
        requireOpen();
        attaching.accept(eniId);
        call("attach", () -> {
            CloudEni eni = backend.enis.get(eniId);
            if (eni == null) {
                throw new RetryableProviderException(Refusal.NOT_FOUND, "", "attach " + eniId + ": unknown");
            }
            if (eni.status() != Status.ATTACHED) {
                put(eni, Status.ATTACHED, freeNumber(eniId), Optional.of(HERE));
            }
            return eniId;
        });
    }

    private int freeNumber(String eniId) {
        List<Integer> taken = numbers();
        if (taken.size() >= limit) {
            throw new FatalProviderException(Refusal.ENI_LIMIT, "", "attach " + eniId + ": the instance is full");
        }
        return IntStream.rangeClosed(1, limit)
                .filter(n -> !taken.contains(n))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void detach(String eniId) {
        requireOpen();
        detaching.accept(eniId);
        call("detach", () -> {
            CloudEni eni = backend.enis.get(eniId);
            if (eni != null) {
                put(eni, Status.AVAILABLE, 0, Optional.empty());
            }
            return eniId;
        });
    }

    @Override
    public void delete(String eniId) {
        requireOpen();
        deleting.accept(eniId);
        call("delete", () -> {
            CloudEni eni = backend.enis.get(eniId);
            if (eni != null && eni.status() == Status.ATTACHED) {
                throw new RetryableProviderException(Refusal.WRONG_STATE, "", "delete " + eniId + ": detach it first");
            }
            backend.enis.remove(eniId);
            return eniId;
        });
    }

    @Override
    public synchronized void close() {
        closing.run();
    }
}
