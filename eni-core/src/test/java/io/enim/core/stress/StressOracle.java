package io.enim.core.stress;

import io.enim.Assignment;
import io.enim.CheckReport;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.MacAddress;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The oracle: what must be true at every moment, whatever the threads do. Safe for concurrent use.
 *
 * <p><b>Certain holders.</b> An endpoint holds an ENI for certain from the answer of its ADD until something that
 * may end it begins: a DEL, the end of its namespace, a list of living endpoints without it. An answer whose ADD ran
 * beside such an event proves nothing, since the end may have come after it. Every observation must show a certain holder.
 *
 * <p><b>Claimants.</b> Between the provider's answer and its release an ENI has one claimant, answered or not.
 */
final class StressOracle {
    private record Event(String text) {
        private static final Pattern SUBJECT = Pattern.compile("pod\\d+/life\\d+|eni-\\d+|\\w\\w(:\\w\\w){5}");

        /** Whether it is of the same endpoint or ENI, or of none. */
        boolean concerns(String what) {
            List<String> subjects =
                    SUBJECT.matcher(text).results().map(MatchResult::group).toList();
            return subjects.isEmpty() || subjects.stream().anyMatch(what::contains);
        }
    }

    /** A running ADD. */
    record Ticket(Endpoint endpoint, long ends, boolean beside) {}

    /** The state of one endpoint. */
    private static final class EndpointState {
        @Nullable
        Eni held;

        boolean sandboxed;
        long ends;
        int ending;
        int omitting;
        final Set<Assignment> omitted = new HashSet<>();
        boolean inProvider;
    }

    private static final int MAX_VIOLATIONS = 20;
    private static final int MAX_EVENTS = 2_000;

    private final Function<MacAddress, Optional<Path>> locate;
    private final Function<MacAddress, Optional<String>> tenantResidue;
    private final Map<Endpoint, EndpointState> states = new HashMap<>();
    private final Map<Path, Endpoint> sandboxes = new HashMap<>();
    private final Map<String, Endpoint> owners = new HashMap<>();
    private final Map<String, Endpoint> claims = new HashMap<>();
    private final Map<MacAddress, String> macs = new HashMap<>();
    private final Set<MacAddress> inUse = new HashSet<>();
    private final Set<String> beingDetached = new HashSet<>();
    private final Set<String> detached = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final Queue<Event> events = new ArrayDeque<>();
    private int generations;
    private int latest;

    /**
     * An oracle.
     *
     * @param locate the namespace of the device of a MAC, {@code /} for the host's
     * @param tenantResidue what a tenant left on a device that is on the host
     */
    StressOracle(Function<MacAddress, Optional<Path>> locate, Function<MacAddress, Optional<String>> tenantResidue) {
        this.locate = locate;
        this.tenantResidue = tenantResidue;
    }

    private EndpointState state(Endpoint endpoint) {
        return states.computeIfAbsent(endpoint, key -> new EndpointState());
    }

    synchronized void violated(String what) {
        if (violations.isEmpty()) {
            violations.add(what
                    + events.stream()
                            .filter(event -> event.concerns(what))
                            .map(event -> "\n    " + event.text())
                            .collect(Collectors.joining()));
        } else if (violations.size() < MAX_VIOLATIONS) {
            violations.add(what);
        }
    }

    /** Something happened, as is shown with a violation that concerns it. */
    synchronized void note(String what) {
        events.add(new Event(Thread.currentThread().getName() + ": " + what));
        if (events.size() > MAX_EVENTS) {
            events.remove();
        }
    }

    /** The first ones; later ones are mostly their consequences. */
    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** How often each action ran, and how it ended. */
    synchronized Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    // Calls of the runtime.

    synchronized void sandboxOf(Endpoint endpoint, Path path) {
        sandboxes.put(path, endpoint);
    }

    synchronized Ticket addBegins(Endpoint endpoint) {
        note("ADD " + endpoint + " begins");
        EndpointState state = state(endpoint);
        return new Ticket(endpoint, state.ends, state.ending > 0);
    }

    synchronized void addAnswered(Ticket ticket, Assignment answer) {
        Endpoint endpoint = ticket.endpoint();
        note("ADD " + endpoint + " answered " + answer.eni().id() + " " + answer.phase() + " " + answer.sandbox());
        EndpointState state = state(endpoint);
        Eni eni = answer.eni();
        boolean ended = ticket.beside() || state.ends != ticket.ends();
        boolean omitted = state.omitting > 0 && state.omitted.contains(answer);
        if (ended || omitted || beingDetached.contains(eni.id())) {
            return;
        }
        if (state.held != null && !state.held.id().equals(eni.id())) {
            violated("P3: ADD " + endpoint + " answered " + eni.id() + " while it holds " + state.held.id());
        }
        Endpoint owner = owners.putIfAbsent(eni.id(), endpoint);
        if (owner != null && !owner.equals(endpoint)) {
            violated("P1: ADD " + endpoint + " answered " + eni.id() + ", which " + owner + " holds");
            return;
        }
        requireFamilies(eni);
        state.held = eni;
        state.sandboxed = answer.sandbox().isPresent();
    }

    private void requireFamilies(Eni eni) {
        boolean mixed = eni.ipv4()
                        .filter(one -> !(one.address() instanceof Inet4Address))
                        .isPresent()
                || eni.ipv6()
                        .filter(one -> !(one.address() instanceof Inet6Address))
                        .isPresent();
        if (mixed) {
            violated("P10: " + eni.id() + " is answered with the addresses " + eni.ipv4() + " and " + eni.ipv6());
        }
    }

    /** An event begins that may end these; they are no longer certain holders. */
    synchronized void endingBegins(Collection<Endpoint> endpoints) {
        for (Endpoint endpoint : endpoints) {
            note("the end of " + endpoint + " begins");
            EndpointState state = state(endpoint);
            state.ends++;
            state.ending++;
            release(endpoint, state);
        }
    }

    private void release(Endpoint endpoint, EndpointState state) {
        if (state.held != null) {
            owners.remove(state.held.id(), endpoint);
            state.held = null;
        }
    }

    synchronized void endingEnds(Collection<Endpoint> endpoints) {
        endpoints.forEach(endpoint -> {
            note("the end of " + endpoint + " has passed");
            state(endpoint).ending--;
        });
    }

    /** A list of living endpoints without these is passed on; it concerns those that have one of these assignments. */
    synchronized void omissionBegins(Collection<Endpoint> endpoints, Collection<Assignment> assignments) {
        for (Endpoint endpoint : endpoints) {
            note("a list omits " + endpoint);
            EndpointState state = state(endpoint);
            state.omitting++;
            state.omitted.addAll(assignments);
        }
    }

    synchronized void omissionEnds(Collection<Endpoint> endpoints) {
        endpoints.forEach(endpoint -> state(endpoint).omitting--);
    }

    /** The ENI that the endpoint holds for certain. */
    synchronized Optional<Eni> held(Endpoint endpoint) {
        return Optional.ofNullable(state(endpoint).held);
    }

    synchronized Map<Endpoint, Eni> allHeld() {
        Map<Endpoint, Eni> held = new HashMap<>();
        states.keySet().forEach(endpoint -> held(endpoint).ifPresent(eni -> held.put(endpoint, eni)));
        return held;
    }

    /** A CHECK ended that began when the endpoint held this ENI for certain. A repeated ADD that failed may be undone later. */
    synchronized void checked(Endpoint endpoint, Eni before, CheckReport report) {
        boolean repairing = report.differences().stream()
                .anyMatch(difference -> difference.what().equals("phase")
                        && Stream.of("ADDING", "QUARANTINED").anyMatch(difference.actual()::startsWith));
        if (held(endpoint).filter(before::equals).isPresent() && !report.isOk() && !repairing) {
            violated("P3/P4: " + endpoint + " holds " + before.id() + ", yet CHECK finds " + report.differences());
        }
    }

    /** Another party detaches the ENI: it has no certain holder from here on, and no running ADD proves anything. */
    synchronized void detachBegins(String eni) {
        note(eni + " is detached by another party");
        beingDetached.add(eni);
        detached.add(eni);
        states.values().forEach(state -> state.ends++);
        Endpoint owner = owners.get(eni);
        if (owner != null) {
            release(owner, state(owner));
        }
    }

    synchronized void detachEnds(String eni) {
        beingDetached.remove(eni);
        states.values().forEach(state -> state.ends++);
    }

    /** All ENIs that were ever detached. */
    synchronized Set<String> detached() {
        return Set.copyOf(detached);
    }

    /** A new process knows only what is recorded; certain holders must be. */
    synchronized void restarted() {
        note("a manager starts");
        claims.clear();
        claims.putAll(owners);
        inUse.clear();
        states.values().forEach(state -> state.inProvider = false);
    }

    // Calls to the provider.

    synchronized void entersProvider(Endpoint endpoint) {
        EndpointState state = state(endpoint);
        if (state.inProvider) {
            violated("P7: two calls to the provider at once for " + endpoint);
        }
        state.inProvider = true;
    }

    synchronized void leavesProvider(Endpoint endpoint) {
        state(endpoint).inProvider = false;
    }

    synchronized void claimed(Endpoint endpoint, Eni eni) {
        note(eni.id() + " " + eni.mac() + " is claimed for " + endpoint);
        macs.put(eni.mac(), eni.id());
        Endpoint before = claims.put(eni.id(), endpoint);
        if (before != null && !before.equals(endpoint)) {
            violated("P1: " + eni.id() + " is claimed for " + endpoint + " while " + before + " has it");
        }
        if (before == null) {
            requireOnHost(eni.id(), eni.mac(), "claimed for " + endpoint);
        }
    }

    synchronized void releaseBegins(Endpoint endpoint) {
        note("the ENI of " + endpoint + " is released");
        held(endpoint).ifPresent(eni -> violated("P4: " + eni.id() + " is released while " + endpoint + " holds it"));
        macs.forEach((mac, eni) -> {
            if (endpoint.equals(claims.get(eni))) {
                requireOnHost(eni, mac, "released by " + endpoint);
            }
        });
        claims.values().removeIf(endpoint::equals);
    }

    /** The endpoint's ENI is lost; wherever its device is, it is gone for the cloud. */
    synchronized void forgotten(Endpoint endpoint) {
        note("the lost ENI of " + endpoint + " is forgotten");
        held(endpoint).ifPresent(eni -> violated("P4: " + eni.id() + " is forgotten while " + endpoint + " holds it"));
        claims.values().removeIf(endpoint::equals);
    }

    /** Or nowhere, if it was just detached. */
    private void requireOnHost(String eni, MacAddress mac, String when) {
        locate.apply(mac)
                .filter(path -> !path.equals(Path.of("/")))
                .ifPresent(place -> violated("P2: " + eni + " is " + when + " while its device is in " + place));
    }

    // Calls to the cloud.

    /** An allocation runs on a thread of an operation, and asks no cloud. */
    void callsCloud() {
        if (Thread.currentThread().getName().startsWith("enim-operation")) {
            violated("P11: an operation calls the cloud");
        }
    }

    synchronized void removes(String eni, String what) {
        note(what + " of " + eni);
        Endpoint owner = owners.get(eni);
        if (owner != null) {
            violated("P12: " + what + " of " + eni + ", which " + owner + " holds");
        }
    }

    // Which manager changes something.

    synchronized int newGeneration() {
        return ++generations;
    }

    /** A manager changes what is outside of its process; once the next one does, it must not. */
    synchronized void effectOf(int generation, String what) {
        if (generation < latest) {
            violated("P17: " + what + " by manager " + generation + " after one by manager " + latest);
        }
        latest = Math.max(latest, generation);
    }

    // Calls that change devices.

    synchronized void deviceCallBegins(MacAddress mac, String what) {
        if (!inUse.add(mac)) {
            violated("P7: " + what + " of " + mac + " while another operation uses it");
        }
    }

    synchronized void deviceCallEnds(MacAddress mac) {
        inUse.remove(mac);
    }

    synchronized void moveInBegins(MacAddress mac, Path sandbox) {
        note("the device " + mac + " moves to " + sandbox);
        Endpoint claimant = claims.get(macs.getOrDefault(mac, ""));
        Endpoint tenant = sandboxes.get(sandbox);
        if (claimant != null && !claimant.equals(tenant)) {
            violated("P1: the device of " + macs.get(mac) + " moves to " + tenant + " while " + claimant + " has it");
        }
        tenantResidue
                .apply(mac)
                .ifPresent(left -> violated("P13: the device of " + macs.get(mac) + " moves to " + tenant
                        + " with what " + left + " left"));
    }

    synchronized void returnsToHost(MacAddress mac) {
        note("the device " + mac + " returns to the host");
        Endpoint owner = owners.get(macs.getOrDefault(mac, ""));
        if (owner != null && state(owner).sandboxed) { // Else an ADD with a sandbox that failed is undone (P16).
            violated("P4: the device of " + macs.get(mac) + " is taken from " + owner + ", which holds it");
        }
    }
}
