package io.enim.core.simulation;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniWish;
import io.enim.GcRequest;
import io.enim.Health;
import io.enim.MacAddress;
import io.enim.spi.Liveness;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The container runtime: pods come and go, their calls are repeated until they succeed, some end without a DEL. */
final class Pods implements Liveness {
    static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final List<Duration> TIMEOUTS = List.of(Duration.ofSeconds(10), TIMEOUT, Duration.ofMinutes(2));
    private static final Duration FOR_EVER = Duration.ofDays(365 * 300);
    private static final Duration STORM_EVERY = Duration.ofSeconds(3);
    private static final int LONGEST_STORM = 100;

    private final SimulatedNode node;
    private final WorldEvents events;
    private final Random random;
    private final AddOracle adding;
    private final EveryLifeOracle everyLife;
    private final Map<Endpoint, Pod> pods = new LinkedHashMap<>();
    /** Of the ENIs that pods had, some of which may be gone. */
    private final Set<MacAddress> macs = new LinkedHashSet<>();
    /** The names of which no life begins. */
    private final Set<String> beingDeleted = new HashSet<>();

    private Requests requests;
    private int made;
    private long adds;
    private int answered;
    private boolean staying;
    private boolean closed;

    Pods(SimulatedNode node, WorldEvents events) {
        this.node = node;
        this.events = events;
        this.random = node.scheduler.newRandom();
        this.adding = new AddOracle(node);
        this.everyLife = new EveryLifeOracle(node.oracle);
    }

    void use(Requests agent) {
        requests = agent;
    }

    int answered() {
        return answered;
    }

    int made() {
        return made;
    }

    /** Pods come from now on. */
    void come() {
        if (closed) {
            return;
        }
        int together = random.nextInt(4) == 0 ? 1 + random.nextInt(2 * node.maxEnis) : 1;
        for (int i = 0; i < together; i++) {
            begin("p" + random.nextInt(1 + node.maxEnis));
        }
        events.in(exponential(Duration.ofMinutes(15)), this::come);
        if (random.nextInt(6) == 0) {
            events.in(exponential(Duration.ofMinutes(5)), this::collect);
        }
    }

    /** Many things happen at once: pods come, others end. */
    void burst() {
        if (closed) {
            return;
        }
        List.copyOf(pods.values()).stream()
                .filter(pod -> random.nextInt(3) == 0)
                .forEach(this::end);
        for (int i = random.nextInt(2 + node.maxEnis); i > 0; i--) {
            begin("p" + random.nextInt(1 + node.maxEnis));
        }
        collect();
    }

    /** Pods come one after another, while calls hang. */
    void storm(Duration lasts) {
        long count = Math.min(LONGEST_STORM, lasts.dividedBy(STORM_EVERY));
        for (int i = 0; i < count; i++) {
            String name = "s" + i;
            events.in(STORM_EVERY.multipliedBy(i), () -> {
                if (!closed) {
                    begin(name, 0);
                }
            });
        }
    }

    /** The paths of some living namespaces are gone for a while. */
    void hide(Duration lasts) {
        for (Pod pod : pods.values()) {
            if (pod.alive && random.nextBoolean()) {
                node.sandboxes.hide(pod.sandbox);
                events.in(lasts, () -> node.sandboxes.show(pod.sandbox));
            }
        }
    }

    void noMore() {
        closed = true;
    }

    /** As many as the node has ENIs for come, and stay. */
    void fill() {
        staying = true;
        for (int i = 0; i < node.maxEnis; i++) {
            String name = "q" + i;
            events.in(Duration.ofMinutes(i), () -> begin(name));
        }
    }

    private Duration exponential(Duration mean) {
        return Duration.ofMillis((long) (-Math.log(1 - random.nextDouble()) * mean.toMillis()));
    }

    /** A new life, beside earlier ones of this name. */
    private void begin(String name) {
        begin(name, 3);
    }

    private void begin(String name, int tries) {
        if (beingDeleted.contains(name)) {
            return;
        }
        made++;
        Pod pod = new Pod(Endpoint.of("default", name, "c-" + made), node.sandboxes.create(), random.nextInt(6) == 0);
        pods.put(pod.endpoint, pod);
        pod.wish = wish();
        node.cooldowns.owned(pod.sandbox, name);
        add(pod, staying ? 100 : tries);
    }

    private EniWish wish() {
        if (staying || macs.isEmpty() || random.nextInt(5) > 0) {
            return EniWish.NONE;
        }
        MacAddress mac = List.copyOf(macs).get(random.nextInt(macs.size()));
        return (random.nextBoolean() ? EniWish.required() : EniWish.preferred()).withMac(mac);
    }

    private void add(Pod pod, int tries) {
        if (pod.ending || !pod.alive) {
            return;
        }
        boolean isPatient = !staying && random.nextInt(16) == 0;
        if (isPatient) {
            events.in(exponential(Duration.ofMinutes(5)), () -> end(pod));
        }
        Duration timeout = isPatient ? FOR_EVER : TIMEOUTS.get(random.nextInt(TIMEOUTS.size()));
        AddRequest request = pod.request(!staying && random.nextBoolean() ? WhenEmpty.WAIT : WhenEmpty.FAIL, timeout);
        int begun = node.oracle.addBegins(pod.endpoint);
        requests.<Assignment>call(
                request.whenEmpty() == WhenEmpty.WAIT ? "waiting ADD" : "ADD",
                timeout,
                staying ? manager -> addAsHealthSays(manager, request) : adding.first(request),
                assignment -> {
                    answered++;
                    macs.add(assignment.eni().mac());
                    if (pod.wish.isRequired() && !pod.wish.fits(assignment.eni())) {
                        node.oracle.violated(
                                "wish: " + pod.endpoint + " requires " + pod.wish + " and has " + assignment.eni());
                    }
                    node.oracle.added(pod.endpoint, begun, pod.place(), assignment);
                    live(pod, assignment);
                },
                e -> events.in(exponential(Duration.ofSeconds(5)), () -> {
                    if (tries > 0) {
                        add(pod, tries - 1);
                    } else {
                        end(pod);
                    }
                }));
    }

    /**
     * HEALTHY means that the next ADD succeeds, or that every ENI is held. Between the answer and the ADD the pool may
     * retire the ENI that was free; then health has changed.
     */
    private Assignment addAsHealthSays(EniManager manager, AddRequest request) {
        long turn = ++adds;
        Health said = manager.health();
        try {
            return manager.add(request);
        } catch (EniException e) {
            boolean full = node.oracle.heldCount() == node.maxEnis;
            if (isHealthy(said) && isHealthy(manager.health()) && !full && turn == adds) {
                node.oracle.violated("P20: health said " + said + ", and the next ADD failed: " + e.getMessage());
            }
            throw e;
        }
    }

    /** Its runtime asks again, perhaps in a hurry, and perhaps with a sandbox after an ADD without one. */
    private void addAgain(Pod pod) {
        if (pod.ending || !pod.alive || !node.oracle.holds(pod.endpoint)) {
            return;
        }
        if (pod.isPlain) {
            pod.isPlain = false;
            node.oracle.mayMove(pod.endpoint);
        }
        boolean inHurry = random.nextBoolean();
        Duration timeout = inHurry ? Duration.ofMillis(1 + random.nextInt(20)) : TIMEOUT;
        int begun = node.oracle.addBegins(pod.endpoint);
        requests.<Assignment>call(
                inHurry ? "ADD in a hurry" : "ADD",
                timeout,
                adding.again(pod.request(WhenEmpty.FAIL, timeout)),
                assignment -> node.oracle.added(pod.endpoint, begun, pod.place(), assignment),
                e -> {});
    }

    private static boolean isHealthy(Health health) {
        return health.status() == Health.Status.HEALTHY;
    }

    private void live(Pod pod, Assignment assignment) {
        if (!node.oracle.holds(pod.endpoint)) {
            return;
        }
        events.in(exponential(Duration.ofSeconds(20)), () -> {
            if (pod.alive && !pod.isPlain && node.oracle.isInPlace(pod.endpoint)) {
                node.devices.modifyDevice(assignment.eni().mac(), device -> {
                    device.alias = pod.endpoint.name() + " " + pod.endpoint.containerId();
                    device.mtu = 1400;
                });
            }
        });
        if (pod.isPlain || random.nextInt(4) == 0) {
            events.in(exponential(Duration.ofMinutes(2)), () -> addAgain(pod));
        }
        if (staying) {
            return;
        }
        boolean isLong = random.nextInt(8) == 0;
        events.in(exponential(isLong ? Duration.ofHours(8) : Duration.ofMinutes(20)), () -> end(pod));
    }

    private void end(Pod pod) {
        if (pod.ending) {
            return;
        }
        pod.ending = true;
        node.oracle.ends(pod.endpoint);
        switch (random.nextInt(6)) {
            case 0 -> dies(pod);
            case 1 -> {
                dies(pod);
                del(pod);
            }
            case 2 -> {
                del(pod);
                begin(pod.endpoint.name());
            }
            case 3 -> delEveryLife(pod.endpoint);
            default -> del(pod);
        }
    }

    /** Its runtime ends whatever there is of the pod, and then each container that it knows. */
    private void delEveryLife(Endpoint endpoint) {
        List<Pod> lives = pods.values().stream()
                .filter(pod -> pod.endpoint.isNamed(endpoint.namespace(), endpoint.name()))
                .toList();
        beingDeleted.add(endpoint.name());
        lives.forEach(pod -> {
            pod.ending = true;
            node.oracle.ends(pod.endpoint);
        });
        requests.<Boolean>call(
                "DEL",
                node.delTimeout,
                manager -> {
                    everyLife.del(manager, endpoint.namespace(), endpoint.name());
                    return true;
                },
                done -> {
                    beingDeleted.remove(endpoint.name());
                    lives.forEach(this::del);
                },
                e -> events.in(exponential(Duration.ofSeconds(10)), () -> delEveryLife(endpoint)));
    }

    private void dies(Pod pod) {
        if (pod.alive) {
            node.oracle.ends(pod.endpoint);
            pod.alive = false;
            node.sandboxes.kill(pod.sandbox);
        }
    }

    private void del(Pod pod) {
        requests.<Boolean>call(
                "DEL",
                node.delTimeout,
                manager -> {
                    manager.del(pod.endpoint);
                    return true;
                },
                done -> gone(pod),
                e -> events.in(exponential(Duration.ofSeconds(10)), () -> del(pod)));
    }

    private void gone(Pod pod) {
        if (node.trouble.calm().compareTo(TIMEOUT) > 0) {
            node.cooldowns.deleted(pod.sandbox);
        }
        dies(pod);
        pods.remove(pod.endpoint);
    }

    /** What CNI calls GC: the runtime lists who is alive. */
    private void collect() {
        Set<Endpoint> valid = new LinkedHashSet<>();
        pods.values().stream().filter(pod -> !pod.ending && pod.alive).forEach(pod -> valid.add(pod.endpoint));
        requests.call(
                "GC", Duration.ofMinutes(2), manager -> manager.gc(GcRequest.valid(valid)), report -> {}, e -> {});
    }

    /** Every pod ends, with a DEL that is repeated until it succeeds. */
    void endAll() {
        staying = false;
        for (Pod pod : List.copyOf(pods.values())) {
            node.oracle.ends(pod.endpoint);
            pod.ending = true;
            del(pod);
        }
    }

    List<Endpoint> left() {
        return List.copyOf(pods.keySet());
    }

    /** The machine loses power. */
    void allDie() {
        pods.values().forEach(pod -> {
            pod.ending = true;
            dies(pod);
        });
        pods.clear();
    }

    @Override
    public Verdict assess(Assignment assignment) {
        Pod pod = pods.get(assignment.endpoint());
        return pod != null && pod.alive
                ? new Verdict(State.ALIVE, "the runtime has it")
                : new Verdict(State.GONE, "the runtime has it not");
    }
}
