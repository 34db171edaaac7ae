package io.enim.core.stress;

import io.enim.Assignment;
import io.enim.CheckReport;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.MacAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The oracle: what must be true whatever the threads do, judged at the moment at which it is seen. Safe for concurrent use.
 *
 * <p><b>Who holds for certain.</b> An endpoint holds an ENI for certain from the answer of its ADD until something that
 * may end it begins: a DEL, the death of its namespace, a list of the living without it. An answer whose ADD ran beside
 * such a thing proves nothing, for the end may have come after it. Of what is held for certain, every look must show the
 * same owner.
 *
 * <p><b>Who has claimed.</b> Between the provider's answer and the moment at which the ENI is handed back it has one
 * claimant, answered or not.
 */
final class StressOracle {
    /** An ADD that is under way. */
    record Ticket(Endpoint endpoint, long ends, boolean beside) {}

    /** What is known of one endpoint. */
    private static final class EndpointState {
        @Nullable
        Eni held;

        long ends;
        int ending;
        int omitting;
        Instant omittedAsOf = Instant.MIN;
        boolean inProvider;
    }

    private static final int MOST = 20;

    private final Function<MacAddress, Optional<Path>> locate;
    private final Map<Endpoint, EndpointState> lives = new HashMap<>();
    private final Map<Path, Endpoint> sandboxes = new HashMap<>();
    private final Map<String, Endpoint> owners = new HashMap<>();
    private final Map<String, Endpoint> claims = new HashMap<>();
    private final Map<MacAddress, String> macs = new HashMap<>();
    private final Set<MacAddress> inHand = new HashSet<>();
    private final Set<String> beingDetached = new HashSet<>();
    private final Set<String> detached = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();

    /**
     * Begins to watch.
     *
     * @param whereIs where the device of a MAC is, {@code /} for home
     */
    StressOracle(Function<MacAddress, Optional<Path>> whereIs) {
        this.locate = whereIs;
    }

    private EndpointState state(Endpoint endpoint) {
        return lives.computeIfAbsent(endpoint, key -> new EndpointState());
    }

    private void violated(String what) {
        if (violations.size() < MOST) {
            violations.add(what);
        }
    }

    /** The first ones; what follows is mostly their consequence. */
    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** How often each thing was done, and how it ended. */
    synchronized Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    /** Something happened that no promise allows and that shows itself. */
    synchronized void broken(String what) {
        violated(what);
    }

    // What the runtime does.

    synchronized void sandboxOf(Endpoint endpoint, Path path) {
        sandboxes.put(path, endpoint);
    }

    synchronized Ticket addBegins(Endpoint endpoint) {
        EndpointState endpointState = state(endpoint);
        return new Ticket(endpoint, endpointState.ends, endpointState.ending > 0);
    }

    synchronized void addAnswered(Ticket ticket, Assignment answer) {
        Endpoint endpoint = ticket.endpoint();
        EndpointState endpointState = state(endpoint);
        Eni eni = answer.eni();
        boolean ended = ticket.beside() || endpointState.ends != ticket.ends();
        boolean omitted = endpointState.omitting > 0 && answer.since().isBefore(endpointState.omittedAsOf);
        if (ended || omitted || beingDetached.contains(eni.id())) {
            return;
        }
        if (endpointState.held != null && !endpointState.held.id().equals(eni.id())) {
            violated("P3: ADD " + endpoint + " answered " + eni.id() + " while it holds " + endpointState.held.id());
        }
        Endpoint owner = owners.putIfAbsent(eni.id(), endpoint);
        if (owner != null && !owner.equals(endpoint)) {
            violated("P1: ADD " + endpoint + " answered " + eni.id() + ", which " + owner + " holds");
            return;
        }
        endpointState.held = eni;
    }

    /** Something begins that may end these; what they hold is no longer certain. */
    synchronized void endingBegins(Collection<Endpoint> endpoints) {
        for (Endpoint endpoint : endpoints) {
            EndpointState endpointState = state(endpoint);
            endpointState.ends++;
            endpointState.ending++;
            release(endpoint, endpointState);
        }
    }

    private void release(Endpoint endpoint, EndpointState endpointState) {
        if (endpointState.held != null) {
            owners.remove(endpointState.held.id(), endpoint);
            endpointState.held = null;
        }
    }

    synchronized void endingEnds(Collection<Endpoint> endpoints) {
        endpoints.forEach(endpoint -> state(endpoint).ending--);
    }

    /** A list of the living is shown on which these are not; it speaks of what was added before this moment. */
    synchronized void omissionBegins(Collection<Endpoint> endpoints, Instant asOf) {
        for (Endpoint endpoint : endpoints) {
            EndpointState endpointState = state(endpoint);
            endpointState.omitting++;
            endpointState.omittedAsOf = asOf.isAfter(endpointState.omittedAsOf) ? asOf : endpointState.omittedAsOf;
        }
    }

    synchronized void omissionEnds(Collection<Endpoint> endpoints) {
        endpoints.forEach(endpoint -> state(endpoint).omitting--);
    }

    /** What the endpoint holds for certain. */
    synchronized Optional<Eni> held(Endpoint endpoint) {
        return Optional.ofNullable(state(endpoint).held);
    }

    synchronized Map<Endpoint, Eni> allHeld() {
        Map<Endpoint, Eni> held = new HashMap<>();
        lives.keySet().forEach(endpoint -> held(endpoint).ifPresent(eni -> held.put(endpoint, eni)));
        return held;
    }

    /** A CHECK that began when the endpoint held this for certain. */
    synchronized void checked(Endpoint endpoint, Eni before, CheckReport report) {
        if (held(endpoint).filter(before::equals).isPresent() && !report.isOk()) {
            violated("P3/P4: " + endpoint + " holds " + before.id() + ", yet CHECK finds " + report.differences());
        }
    }

    /** Somebody takes the ENI away. Nobody holds it for certain from here on, and no ADD that is under way proves anything. */
    synchronized void detachBegins(String eni) {
        beingDetached.add(eni);
        detached.add(eni);
        lives.values().forEach(endpointState -> endpointState.ends++);
        Endpoint owner = owners.get(eni);
        if (owner != null) {
            release(owner, state(owner));
        }
    }

    synchronized void detachEnds(String eni) {
        beingDetached.remove(eni);
        lives.values().forEach(endpointState -> endpointState.ends++);
    }

    /** What was ever taken away. */
    synchronized Set<String> detached() {
        return Set.copyOf(detached);
    }

    /** A new process knows of an ENI only what is recorded; what is held for certain must be. */
    synchronized void restarted() {
        claims.clear();
        claims.putAll(owners);
        inHand.clear();
        lives.values().forEach(endpointState -> endpointState.inProvider = false);
    }

    // What the provider is asked.

    synchronized void entersProvider(Endpoint endpoint) {
        EndpointState endpointState = state(endpoint);
        if (endpointState.inProvider) {
            violated("P7: two calls to the provider at once for " + endpoint);
        }
        endpointState.inProvider = true;
    }

    synchronized void leavesProvider(Endpoint endpoint) {
        state(endpoint).inProvider = false;
    }

    synchronized void claimed(Endpoint endpoint, Eni eni) {
        macs.put(eni.mac(), eni.id());
        Endpoint before = claims.put(eni.id(), endpoint);
        if (before != null && !before.equals(endpoint)) {
            violated("P1: " + eni.id() + " is claimed for " + endpoint + " while " + before + " has it");
        }
        if (before == null) {
            requireOnHost(eni.id(), eni.mac(), "claimed for " + endpoint);
        }
    }

    synchronized void handingBack(Endpoint endpoint) {
        held(endpoint)
                .ifPresent(eni -> violated("P4: " + eni.id() + " is handed back while " + endpoint + " holds it"));
        macs.forEach((mac, eni) -> {
            if (endpoint.equals(claims.get(eni))) {
                requireOnHost(eni, mac, "handed back by " + endpoint);
            }
        });
        claims.values().removeIf(endpoint::equals);
    }

    /** Or nowhere, if somebody has just taken it away. */
    private void requireOnHost(String eni, MacAddress mac, String when) {
        Optional<Path> place = locate.apply(mac).filter(path -> !path.equals(Path.of("/")));
        if (place.isPresent()) {
            violated("P2: " + eni + " is " + when + " while its device is in " + place.get());
        }
    }

    // What is done to devices.

    synchronized void deviceCallBegins(MacAddress mac, String what) {
        if (!inHand.add(mac)) {
            violated("P7: " + what + " of " + mac + " while another operation has it in hand");
        }
    }

    synchronized void deviceCallEnds(MacAddress mac) {
        inHand.remove(mac);
    }

    synchronized void moveInBegins(MacAddress mac, Path sandbox) {
        Endpoint claimant = claims.get(macs.getOrDefault(mac, ""));
        Endpoint tenant = sandboxes.get(sandbox);
        if (claimant != null && !claimant.equals(tenant)) {
            violated("P1: the device of " + macs.get(mac) + " moves to " + tenant + " while " + claimant + " has it");
        }
    }

    synchronized void returnsToHost(MacAddress mac) {
        Endpoint owner = owners.get(macs.getOrDefault(mac, ""));
        if (owner != null) {
            violated("P4: the device of " + macs.get(mac) + " is taken from " + owner + ", who holds it");
        }
    }
}
