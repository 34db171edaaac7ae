package io.enim.benchmarks.fleet;

import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.benchmarks.fleet.CloudAccount.CloudCall;
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
final class EnimNode extends SimulatedNode {
    private static final EniSettings SETTINGS = EniSettings.builder("node").build();
    private static final long REST = millis(EniSetting.POOL_COOLDOWN);
    private static final long IDLE = millis(EniSetting.POOL_IDLE);
    private static final long POLL = millis(EniSetting.POOL_POLL_INITIAL);
    private static final long RECONCILE = millis(EniSetting.POOL_RECONCILE);
    private static final int WARM = SETTINGS.count(EniSetting.POOL_WARM);
    private static final int RATE = SETTINGS.count(EniSetting.POOL_RATE);
    private static final int PER_WINDOW = 2 * MOST;

    /** An ENI on its way; the next call it needs, and when the cloud will have done the last one. */
    private static final class EniTransition {
        private CloudCall next;
        private long settled = Long.MAX_VALUE;
        private boolean busy;

        EniTransition(CloudCall next) {
            this.next = next;
        }
    }

    /** Closed, open until a moment, or waiting for its one probe. */
    private static final class CallBreaker {
        private int refusals;
        private long until;
        private boolean probing;
    }

    private final SimulatedTokenBucket changes = new SimulatedTokenBucket(RATE * 60.0, 2.0 * RATE);
    private final SimulatedTokenBucket creations = new SimulatedTokenBucket(PER_WINDOW / 10.0, PER_WINDOW);
    private final Map<CloudCall, CallBreaker> breakers = new EnumMap<>(CloudCall.class);
    private final List<EniTransition> journeys = new ArrayList<>();
    private final Set<Pod> refused = new HashSet<>();
    private final List<Long> readySince = new ArrayList<>();
    private int idleLooks;
    private long nextLook = Long.MAX_VALUE;
    private long nextStep = Long.MAX_VALUE;

    /** With whenEmpty=wait, an ADD waits as long as it may; else it fails at once. */
    EnimNode(Simulation simulation, CloudAccount cloudAccount, boolean waits) {
        super(simulation, cloudAccount, waits ? millis(EniSetting.ADD_TIMEOUT) : 0);
        for (CloudCall cloudCall : CloudCall.values()) {
            breakers.put(cloudCall, new CallBreaker());
        }
    }

    private static long millis(EniSetting setting) {
        return SETTINGS.duration(setting).toMillis();
    }

    private CallBreaker breaker(CloudCall cloudCall) {
        return java.util.Objects.requireNonNull(breakers.get(cloudCall));
    }

    @Override
    void start() {
        simulation.after(simulation.between(0, 1000), this::step);
        simulation.after(simulation.between(0, RECONCILE), this::reconcile);
    }

    private void reconcile() {
        account.tryCall(CloudCall.DESCRIBE);
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
        long coming = journeys.stream()
                .filter(eniTransition -> !isRetiring(eniTransition))
                .count();
        long missing = Math.min(WARM + refused.size() - readySince.size() - coming, MOST - slots());
        for (long i = 0; i < missing; i++) {
            occupy();
            journeys.add(new EniTransition(CloudCall.CREATE));
        }
        retire(now);
        for (EniTransition eniTransition : List.copyOf(journeys)) {
            if (!eniTransition.busy && eniTransition.settled == Long.MAX_VALUE) {
                call(eniTransition);
            }
        }
    }

    private static boolean isRetiring(EniTransition eniTransition) {
        return eniTransition.next == CloudCall.DETACH || eniTransition.next == CloudCall.DELETE;
    }

    private void retire(long now) {
        if (readySince.size() - WARM - refused.size() <= 0 || journeys.stream().anyMatch(EnimNode::isRetiring)) {
            return;
        }
        long due = readySince.get(0) + IDLE;
        if (due <= now) {
            readySince.remove(0);
            journeys.add(new EniTransition(CloudCall.DETACH));
        } else {
            stepAt(due);
        }
    }

    private void call(EniTransition eniTransition) {
        long now = simulation.now();
        CloudCall cloudCall = eniTransition.next;
        CallBreaker callBreaker = breaker(cloudCall);
        if (callBreaker.refusals > 0 && (callBreaker.probing || now < callBreaker.until)) {
            stepAt(callBreaker.probing ? now + POLL : callBreaker.until);
            return;
        }
        if (cloudCall == CloudCall.CREATE && creations.availableAt(now) > now) {
            stepAt(creations.availableAt(now));
            return;
        }
        if (!changes.tryTake(now)) {
            stepAt(changes.availableAt(now));
            return;
        }
        if (cloudCall == CloudCall.CREATE) {
            creations.tryTake(now);
        }
        eniTransition.busy = true;
        callBreaker.probing = callBreaker.refusals > 0;
        boolean passed = account.tryCall(cloudCall);
        simulation.after(account.answerMillis(cloudCall), () -> answered(eniTransition, callBreaker, passed));
    }

    private void answered(EniTransition eniTransition, CallBreaker callBreaker, boolean passed) {
        eniTransition.busy = false;
        callBreaker.probing = false;
        if (!passed) {
            callBreaker.refusals++;
            callBreaker.until = simulation.now()
                    + simulation.between(
                            1000, Math.max(1001, Math.min(60_000, 2000L << Math.min(20, callBreaker.refusals - 1))));
            step();
            return;
        }
        callBreaker.refusals = 0;
        switch (eniTransition.next) {
            case CREATE -> eniTransition.next = CloudCall.ATTACH;
            case ATTACH, DETACH -> {
                eniTransition.settled = simulation.now() + account.settleMillis();
                idleLooks = 0;
                describeAt(simulation.now() + simulation.jittered(POLL));
            }
            default -> {
                journeys.remove(eniTransition);
                vacate();
            }
        }
        step();
    }

    private void describeAt(long time) {
        if (time < nextLook) {
            nextLook = time;
            simulation.at(time, () -> {
                if (nextLook == simulation.now()) {
                    nextLook = Long.MAX_VALUE;
                    describe();
                }
            });
        }
    }

    private void describe() {
        long began = simulation.now();
        if (journeys.stream().noneMatch(eniTransition -> eniTransition.settled != Long.MAX_VALUE)) {
            return;
        }
        idleLooks++;
        if (!account.tryCall(CloudCall.DESCRIBE)) {
            describeAt(began
                    + simulation.between(1000, Math.max(1001, Math.min(60_000, 2000L << Math.min(20, idleLooks)))));
            return;
        }
        simulation.after(account.answerMillis(CloudCall.DESCRIBE), () -> {
            for (EniTransition eniTransition : List.copyOf(journeys)) {
                if (eniTransition.settled <= began) {
                    settled(eniTransition);
                }
            }
            describeAt(simulation.now() + simulation.jittered(Math.min(RECONCILE, POLL << Math.min(12, idleLooks))));
        });
    }

    private void settled(EniTransition eniTransition) {
        idleLooks = 0;
        eniTransition.settled = Long.MAX_VALUE;
        if (eniTransition.next == CloudCall.DETACH) {
            eniTransition.next = CloudCall.DELETE;
            step();
            return;
        }
        eniTransition.busy = true;
        simulation.after(account.deviceMillis(), () -> {
            journeys.remove(eniTransition);
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
