package io.enim.provider.tck;

import io.enim.ClosedException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniState;
import io.enim.EniWish;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.NoEniAvailableException;
import io.enim.provider.EniProvider;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A provider that keeps every rule, as small as it can be. Bad ones differ from it in one method, or in one of its
 * functions, which are set before it is used.
 */
class PlainProvider implements EniProvider {
    static final int ENIS = 20;

    final Map<String, Eni> enis = new LinkedHashMap<>();
    final ScriptedFaults faults;
    /** Whose devices do not verify. */
    final Set<String> broken = new HashSet<>();

    boolean closed;

    UnaryOperator<List<Eni>> listed = list -> list;
    Consumer<Endpoint> allocating = endpoint -> {};
    BiFunction<Endpoint, Eni, Eni> allocated = (endpoint, eni) -> eni;
    Function<Endpoint, NoEniAvailableException> none = this::none;
    Runnable closing = () -> closed = true;

    PlainProvider(Map<Endpoint, String> held, ScriptedFaults faults) {
        this.faults = faults;
        for (int i = 1; i <= ENIS; i++) {
            String id = "eni-" + i;
            enis.put(
                    id,
                    new Eni(
                            id,
                            MacAddress.parse("02:00:00:00:01:%02x".formatted(i)),
                            Optional.of(EniAddress.parse("10.0.0." + (i + 1), "10.0.0.0/24", "10.0.0.1")),
                            Optional.empty(),
                            "subnet-1",
                            i,
                            EniState.READY,
                            Optional.empty(),
                            ""));
        }
        held.forEach((endpoint, id) -> enis.computeIfPresent(id, (key, eni) -> eni.heldBy(endpoint)));
    }

    final void requireOpen() {
        if (closed) {
            throw new ClosedException("the provider is closed; make another");
        }
    }

    synchronized Optional<Eni> heldBy(Endpoint endpoint) {
        return enis.values().stream()
                .filter(eni -> eni.holder().equals(Optional.of(endpoint)))
                .findFirst();
    }

    @Override
    public synchronized List<Eni> list() {
        requireOpen();
        return listed.apply(List.copyOf(enis.values()));
    }

    @Override
    public Eni allocateNextEni(Endpoint endpoint) {
        allocating.accept(endpoint);
        faults.before("allocateNextEni");
        return allocateNow(endpoint);
    }

    synchronized Eni allocateNow(Endpoint endpoint) {
        requireOpen();
        Eni eni = heldBy(endpoint)
                .or(() -> enis.values().stream()
                        .filter(each -> each.state() == EniState.READY)
                        .findFirst())
                .orElseThrow(() -> none.apply(endpoint))
                .heldBy(endpoint);
        enis.put(eni.id(), eni);
        return allocated.apply(endpoint, eni);
    }

    @Override
    public synchronized Eni allocateEni(Endpoint endpoint, EniWish wish) {
        requireOpen();
        Optional<Eni> held = heldBy(endpoint);
        Optional<Eni> wished = enis.values().stream().filter(wish::fits).findFirst();
        boolean isFree = wished.filter(eni -> eni.state() == EniState.READY).isPresent();
        if (held.isPresent()) {
            return held.get();
        }
        if (!isFree) {
            return wish.isRequired() ? refused(endpoint, wish, wished) : allocateNow(endpoint);
        }
        return take(wished.get(), endpoint);
    }

    synchronized Eni take(Eni eni, Endpoint endpoint) {
        enis.put(eni.id(), eni.heldBy(endpoint));
        return eni.heldBy(endpoint);
    }

    private static Eni refused(Endpoint endpoint, EniWish wish, Optional<Eni> wished) {
        Eni other = wished.orElseThrow(() -> new InvalidRequestException("wish", wish.toString(), "no ENI fits"));
        throw NoEniAvailableException.required(endpoint, wish, other.toString(), other.holder(), Duration.ofSeconds(1));
    }

    private NoEniAvailableException none(Endpoint endpoint) {
        return new NoEniAvailableException(endpoint, Map.of(EniState.IN_USE, ENIS), Duration.ofSeconds(1));
    }

    @Override
    public synchronized void deallocateEni(Endpoint endpoint) {
        requireOpen();
        heldBy(endpoint).ifPresent(eni -> enis.put(eni.id(), eni.ready()));
    }

    /** A device is verified at once, and by its id alone. */
    @Override
    public synchronized boolean takeBack(Endpoint endpoint, Optional<String> fault) {
        requireOpen();
        heldBy(endpoint).ifPresent(eni -> {
            boolean bad = fault.isPresent() && broken.contains(eni.id());
            enis.remove(eni.id());
            enis.put(eni.id(), bad ? eni.in(EniState.QUARANTINED, Optional.empty(), fault.get()) : eni.ready());
        });
        return true;
    }

    @Override
    public synchronized void close() {
        closing.run();
    }
}
