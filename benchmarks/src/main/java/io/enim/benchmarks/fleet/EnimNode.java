package io.enim.benchmarks.fleet;

import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.benchmarks.fleet.Account.Call;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * ENIM's pool with its default settings: one free ENI kept warm, more for whoever was refused, reuse after a rest,
 * surplus retired after ten idle minutes. Calls that change something pass a budget of the node and a breaker for each
 * kind of call (full jitter, doubling to a minute, then a single probe); looks are shared by all that is on its way and
 * become rarer while nothing happens.
 */
final class EnimNode extends Node {
    private static final EniSettings SETTINGS = EniSettings.builder("node").build();
    private static final long REST = millis(EniSetting.POOL_COOLDOWN);
    private static final long IDLE = millis(EniSetting.POOL_IDLE);
    private static final long POLL = millis(EniSetting.POOL_POLL);
    private static final long RECONCILE = millis(EniSetting.POOL_RECONCILE);
    private static final int WARM = SETTINGS.count(EniSetting.POOL_WARM);
    private static final int RATE = SETTINGS.count(EniSetting.POOL_RATE);
    private static final int PER_WINDOW = 2 * MOST;

    /** An ENI on its way; the next call it needs, and when the cloud will have done the last one. */
    private static final class Journey {
        private Call next;
        private long settled = Long.MAX_VALUE;
        private boolean busy;

        Journey(Call next) {
            this.next = next;
        }
    }

    /** Closed, open until a moment, or waiting for its one probe. */
    private static final class Breaker {
        private int refusals;
        private long until;
        private boolean probing;
    }

    private final Bucket changes = new Bucket(RATE * 60.0, 2.0 * RATE);
    private final Bucket creations = new Bucket(PER_WINDOW / 10.0, PER_WINDOW);
    private final Map<Call, Breaker> breakers = new EnumMap<>(Call.class);
    private final List<Journey> journeys = new ArrayList<>();
    private final Set<Pod> refused = new HashSet<>();
    private final List<Long> readySince = new ArrayList<>();
    private int idleLooks;
    private long nextLook = Long.MAX_VALUE;
    private long nextStep = Long.MAX_VALUE;

    /** With whenEmpty=wait, an ADD waits as long as it may; else it fails at once. */
    EnimNode(Simulation simulation, Account account, boolean waits) {
        super(simulation, account, waits ? millis(EniSetting.ADD_TIMEOUT) : 0);
        for (Call call : Call.values()) {
            breakers.put(call, new Breaker());
        }
    }

    private static long millis(EniSetting setting) {
        return SETTINGS.duration(setting).toMillis();
    }

    private Breaker breaker(Call call) {
        return java.util.Objects.requireNonNull(breakers.get(call));
    }

    @Override
    void start() {
        simulation.after(simulation.between(0, 1000), this::step);
        simulation.after(simulation.between(0, RECONCILE), this::reconcile);
    }

    private void reconcile() {
        account.tryCall(Call.DESCRIBE);
        simulation.after(simulation.jittered(RECONCILE), this::reconcile);
    }

    @Override
    protected boolean take() {
        if (readySince.isEmpty()) {
            return false;
        }
        readySince.remove(readySince.size() - 1);
        simulation.after(0, this::step);
        return true;
    }

    @Override
    protected void unserved(Pod pod) {
        refused.add(pod);
        step();
    }

    @Override
    protected void ended(Pod pod) {
        refused.remove(pod);
    }

    @Override
    protected void served(Pod pod) {
        refused.remove(pod);
    }

    @Override
    void release() {
        simulation.after(REST, () -> {
            readySince.add(simulation.now());
            serveWaiting();
            step();
        });
    }

    /** One round: makes more or fewer, and lets every journey go on that may. */
    private void step() {
        long now = simulation.now();
        nextStep = Long.MAX_VALUE;
        long coming = journeys.stream().filter(journey -> !isRetiring(journey)).count();
        long missing = Math.min(WARM + refused.size() - readySince.size() - coming, MOST - slots());
        for (long i = 0; i < missing; i++) {
            occupy();
            journeys.add(new Journey(Call.CREATE));
        }
        retire(now);
        for (Journey journey : List.copyOf(journeys)) {
            if (!journey.busy && journey.settled == Long.MAX_VALUE) {
                call(journey);
            }
        }
    }

    private static boolean isRetiring(Journey journey) {
        return journey.next == Call.DETACH || journey.next == Call.DELETE;
    }

    private void retire(long now) {
        if (readySince.size() - WARM - refused.size() <= 0 || journeys.stream().anyMatch(EnimNode::isRetiring)) {
            return;
        }
        long due = readySince.get(0) + IDLE;
        if (due <= now) {
            readySince.remove(0);
            journeys.add(new Journey(Call.DETACH));
        } else {
            stepAt(due);
        }
    }

    private void call(Journey journey) {
        long now = simulation.now();
        Call call = journey.next;
        Breaker breaker = breaker(call);
        if (breaker.refusals > 0 && (breaker.probing || now < breaker.until)) {
            stepAt(breaker.probing ? now + POLL : breaker.until);
            return;
        }
        if (call == Call.CREATE && creations.availableAt(now) > now) {
            stepAt(creations.availableAt(now));
            return;
        }
        if (!changes.tryTake(now)) {
            stepAt(changes.availableAt(now));
            return;
        }
        if (call == Call.CREATE) {
            creations.tryTake(now);
        }
        journey.busy = true;
        breaker.probing = breaker.refusals > 0;
        boolean passed = account.tryCall(call);
        simulation.after(account.answer(call), () -> answered(journey, breaker, passed));
    }

    private void answered(Journey journey, Breaker breaker, boolean passed) {
        journey.busy = false;
        breaker.probing = false;
        if (!passed) {
            breaker.refusals++;
            breaker.until = simulation.now()
                    + simulation.between(
                            1000, Math.max(1001, Math.min(60_000, 2000L << Math.min(20, breaker.refusals - 1))));
            step();
            return;
        }
        breaker.refusals = 0;
        switch (journey.next) {
            case CREATE -> journey.next = Call.ATTACH;
            case ATTACH, DETACH -> {
                journey.settled = simulation.now() + account.settle();
                idleLooks = 0;
                lookAt(simulation.now() + simulation.jittered(POLL));
            }
            default -> {
                journeys.remove(journey);
                vacate();
            }
        }
        step();
    }

    private void lookAt(long time) {
        if (time < nextLook) {
            nextLook = time;
            simulation.at(time, () -> {
                if (nextLook == simulation.now()) {
                    nextLook = Long.MAX_VALUE;
                    look();
                }
            });
        }
    }

    private void look() {
        long began = simulation.now();
        if (journeys.stream().noneMatch(journey -> journey.settled != Long.MAX_VALUE)) {
            return;
        }
        idleLooks++;
        if (!account.tryCall(Call.DESCRIBE)) {
            lookAt(began
                    + simulation.between(1000, Math.max(1001, Math.min(60_000, 2000L << Math.min(20, idleLooks)))));
            return;
        }
        simulation.after(account.answer(Call.DESCRIBE), () -> {
            for (Journey journey : List.copyOf(journeys)) {
                if (journey.settled <= began) {
                    settled(journey);
                }
            }
            lookAt(simulation.now() + simulation.jittered(Math.min(RECONCILE, POLL << Math.min(12, idleLooks))));
        });
    }

    private void settled(Journey journey) {
        idleLooks = 0;
        journey.settled = Long.MAX_VALUE;
        if (journey.next == Call.DETACH) {
            journey.next = Call.DELETE;
            step();
            return;
        }
        journey.busy = true;
        simulation.after(account.device(), () -> {
            journeys.remove(journey);
            readySince.add(simulation.now());
            serveWaiting();
            step();
        });
    }

    private void stepAt(long time) {
        if (time < nextStep) {
            nextStep = time;
            simulation.at(time, () -> {
                if (nextStep == simulation.now()) {
                    step();
                }
            });
        }
    }
}
