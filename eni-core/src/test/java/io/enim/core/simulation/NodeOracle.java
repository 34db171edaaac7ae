package io.enim.core.simulation;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.MacAddress;
import io.enim.provider.fake.device.InMemoryDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What must be true at every moment. An endpoint holds an ENI for certain from the answer of its ADD until something that
 * may end it begins; an answer whose ADD ran beside such an event proves nothing.
 */
final class NodeOracle {
    static final Path HOST = Path.of("/");
    private static final int MOST = 10;

    /** Its sandbox is the host for an assignment without one; unknown while a repeated ADD moves it. */
    private record Held(Eni eni, Optional<Path> sandbox) {}

    private final InMemoryDevices devices;
    private final CooldownOracle cooldowns;
    private final Predicate<SimulatedProcess> isLocked;
    private final Map<Endpoint, Held> held = new LinkedHashMap<>();
    private final Map<MacAddress, Endpoint> holders = new HashMap<>();
    private final Map<Endpoint, Integer> ends = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private Optional<Path> before = Optional.empty();
    private Runnable onViolation = () -> {};

    NodeOracle(InMemoryDevices devices, CooldownOracle cooldowns, Predicate<SimulatedProcess> isLocked) {
        this.devices = devices;
        this.cooldowns = cooldowns;
        this.isLocked = isLocked;
    }

    void onViolation(Runnable watcher) {
        onViolation = watcher;
    }

    void violated(String what) {
        if (violations.size() < MOST) {
            violations.add(what);
        }
        onViolation.run();
    }

    List<String> violations() {
        return violations;
    }

    int heldCount() {
        return held.size();
    }

    boolean holds(Endpoint endpoint) {
        return held.containsKey(endpoint);
    }

    /** To be given to {@link #added} with the answer. */
    int addBegins(Endpoint endpoint) {
        return ends.getOrDefault(endpoint, 0);
    }

    void added(Endpoint endpoint, int begun, Path sandbox, Assignment answer) {
        Eni eni = answer.eni();
        Endpoint other = holders.get(eni.mac());
        if (other != null && !other.equals(endpoint)) {
            violated("P1: " + endpoint + " got " + eni.id() + ", which " + other + " holds");
        }
        if (begun != addBegins(endpoint)) {
            return;
        }
        Held earlier = held.get(endpoint);
        if (earlier != null && !earlier.eni().id().equals(eni.id())) {
            violated("P3: " + endpoint + " holds " + earlier.eni().id() + " and got " + eni.id());
        }
        held.put(endpoint, new Held(eni, Optional.of(sandbox)));
        holders.put(eni.mac(), endpoint);
        requireInPlace(endpoint, "when its ADD was answered");
    }

    /** Something that may end the endpoint begins. */
    void ends(Endpoint endpoint) {
        ends.merge(endpoint, 1, Integer::sum);
        Held was = held.remove(endpoint);
        if (was != null) {
            holders.remove(was.eni().mac());
        }
    }

    void allEnd() {
        List.copyOf(held.keySet()).forEach(this::ends);
    }

    void allInPlace(String when) {
        List.copyOf(held.keySet()).forEach(endpoint -> requireInPlace(endpoint, when));
    }

    /** A repeated ADD may move its device from here on, and leave it anywhere if it fails. */
    void mayMove(Endpoint endpoint) {
        held.computeIfPresent(endpoint, (key, its) -> new Held(its.eni(), Optional.empty()));
    }

    boolean isInPlace(Endpoint endpoint) {
        Held its = held.get(endpoint);
        return its != null && devices.whereIs(its.eni().mac()).equals(its.sandbox());
    }

    /** The ENI that an endpoint holds for certain; empty when it is not certain. */
    Optional<String> eniOf(Endpoint endpoint) {
        return Optional.ofNullable(held.get(endpoint)).map(its -> its.eni().id());
    }

    private void requireInPlace(Endpoint endpoint, String when) {
        Held its = held.get(endpoint);
        Optional<Path> place = devices.whereIs(its.eni().mac());
        if (its.sandbox().isPresent() && !place.equals(its.sandbox())) {
            violated("P1: " + endpoint + " holds " + its.eni().id() + ", whose device is in " + place + " " + when);
        }
        boolean isInSandbox =
                its.sandbox().filter(sandbox -> !sandbox.equals(HOST)).isPresent();
        if (isInSandbox && !hasHostLink(its.eni().mac())) {
            violated("P3: " + endpoint + " holds " + its.eni().id() + " and has no host link " + when);
        }
    }

    void beforeChange(SimulatedProcess process, String operation, MacAddress mac) {
        if (!isLocked.test(process)) {
            violated("P17: " + operation + " by a process that has not locked its directories");
        }
        before = devices.whereIs(mac);
        if (operation.equals("moveIn") && hasHostLink(mac)) {
            violated("P2: a device goes to an endpoint, and has the host link of the one before");
        }
        if (operation.equals("moveIn")) {
            devices.find(mac, Duration.ZERO)
                    .flatMap(device -> device.alias())
                    .ifPresent(left -> violated("P2, P13: a device goes to an endpoint with what " + left + " left"));
        }
    }

    private boolean hasHostLink(MacAddress mac) {
        return devices.hostLinks(Duration.ZERO).contains(mac);
    }

    void movesIn(MacAddress mac, Path sandbox) {
        cooldowns.moves(mac, sandbox);
    }

    void afterChange(String operation, MacAddress mac) {
        Optional<Path> now = devices.whereIs(mac);
        if (!now.equals(before) && now.equals(Optional.of(HOST))) {
            cooldowns.returned(mac);
        }
        Endpoint holder = holders.get(mac);
        if (holder != null && before.equals(held.get(holder).sandbox())) {
            requireInPlace(holder, "after " + operation);
        }
    }

    void detaches(String eniId) {
        untouched(eniId, "detached");
    }

    void deletes(String eniId) {
        untouched(eniId, "deleted");
    }

    private void untouched(String eniId, String how) {
        held.forEach((endpoint, its) -> {
            if (its.eni().id().equals(eniId)) {
                violated("P12: " + eniId + " is " + how + ", and " + endpoint + " holds it");
            }
        });
        if (eniId.equals(SimulatedNode.FOREIGN)) {
            violated("P12: " + eniId + " is " + how + ", which is another node's");
        }
    }
}
