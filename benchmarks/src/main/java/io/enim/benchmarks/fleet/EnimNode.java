// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.fleet;

import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.benchmarks.fleet.CloudAccount.CloudCall;
import io.enim.benchmarks.fleet.SimulatedNode.Pod;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * ENIM's pool with its default settings: one free ENI kept warm, one more for each refused pod, reuse after a cooldown,
 * surplus retired after ten idle minutes. Mutating calls pass a budget of the node and a breaker for each kind of call
 * (full jitter, doubling to a minute, then a single probe); one describe serves all ENIs in transition, and describes
 * become rarer while nothing changes.
 */
final class EnimNode extends SimulatedNode {
    private static final EniSettings SETTINGS = EniSettings.builder("node").build();
    private static final long COOLDOWN = millis(EniSetting.POOL_COOLDOWN);
    private static final long IDLE = millis(EniSetting.POOL_IDLE);
    private static final long POLL = millis(EniSetting.POOL_POLL_INITIAL);
    private static final long RECONCILE = millis(EniSetting.POOL_RECONCILE);
    private static final int WARM = SETTINGS.count(EniSetting.POOL_WARM);
    private static final int RATE = SETTINGS.count(EniSetting.POOL_RATE);
    private static final int PER_WINDOW = 2 * MOST;

    /** An ENI in transition: the next call it needs, and when the cloud will have completed the last one. */
    private static final class EniTransition {
        private CloudCall next;
        private long settled = Long.MAX_VALUE;
        private boolean busy;

        EniTransition(CloudCall next) {
            this.next = next;
        }
    }

    /** Closed, open until a time, or waiting for its one probe. */
    private static final class CallBreaker {
        private int refusals;
        private long until;
        private boolean probing;
    }

    private final SimulatedTokenBucket changes = new SimulatedTokenBucket(RATE * 60.0, 2.0 * RATE);
    private final SimulatedTokenBucket creations = new SimulatedTokenBucket(PER_WINDOW / 10.0, PER_WINDOW);
    private final Map<CloudCall, CallBreaker> breakers = new EnumMap<>(CloudCall.class);
    private final List<EniTransition> transitions = new ArrayList<>();
    private final Set<Pod> refused = new HashSet<>();
    private final List<Long> readySince = new ArrayList<>();
    private int idleDescribes;
    private long nextDescribe = Long.MAX_VALUE;
    private long nextStep = Long.MAX_VALUE;

    /** With whenEmpty=wait, an ADD waits until its timeout; else it fails at once. */
    EnimNode(Simulation simulation, CloudAccount cloudAccount, boolean waits) {
        super(simulation, cloudAccount, waits ? millis(EniSetting.ADD_TIMEOUT) : 0);
    }

    private static long millis(EniSetting setting) {
        return SETTINGS.duration(setting).toMillis();
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
        simulation.after(COOLDOWN, () -> {
            readySince.add(simulation.now());
            serveWaiting();
            step();
        });
    }

    /** One round: creates or retires ENIs, and continues every transition that may continue. */
    private void step() {
        long now = simulation.now();
        nextStep = Long.MAX_VALUE;
        long coming = transitions.stream().filter(each -> !isRetiring(each)).count();
        long missing = Math.min(WARM + refused.size() - readySince.size() - coming, MOST - slots());
        for (long i = 0; i < missing; i++) {
            occupy();
            transitions.add(new EniTransition(CloudCall.CREATE));
        }
        retire(now);
        for (EniTransition transition : List.copyOf(transitions)) {
            if (!transition.busy && transition.settled == Long.MAX_VALUE) {
                call(transition);
            }
        }
    }

    private static boolean isRetiring(EniTransition transition) {
        return transition.next == CloudCall.DETACH || transition.next == CloudCall.DELETE;
    }

    private void retire(long now) {
        if (readySince.size() - WARM - refused.size() <= 0
                || transitions.stream().anyMatch(EnimNode::isRetiring)) {
            return;
        }
        long due = readySince.get(0) + IDLE;
        if (due <= now) {
            readySince.remove(0);
            transitions.add(new EniTransition(CloudCall.DETACH));
        } else {
            stepAt(due);
        }
    }

    private void call(EniTransition transition) {
        long now = simulation.now();
        CloudCall cloudCall = transition.next;
        CallBreaker callBreaker = breakers.computeIfAbsent(cloudCall, key -> new CallBreaker());
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
        transition.busy = true;
        callBreaker.probing = callBreaker.refusals > 0;
        boolean passed = account.tryCall(cloudCall);
        simulation.after(account.answerMillis(cloudCall), () -> answered(transition, callBreaker, passed));
    }

    private void answered(EniTransition transition, CallBreaker callBreaker, boolean passed) {
        transition.busy = false;
        callBreaker.probing = false;
        if (!passed) {
            callBreaker.refusals++;
            callBreaker.until = simulation.now() + backoff(callBreaker.refusals - 1);
            step();
            return;
        }
        callBreaker.refusals = 0;
        switch (transition.next) {
            case CREATE -> transition.next = CloudCall.ATTACH;
            case ATTACH, DETACH -> {
                transition.settled = simulation.now() + account.settleMillis();
                idleDescribes = 0;
                describeAt(simulation.now() + simulation.jittered(POLL));
            }
            default -> {
                transitions.remove(transition);
                vacate();
            }
        }
        step();
    }

    private void describeAt(long time) {
        if (time < nextDescribe) {
            nextDescribe = time;
            simulation.at(time, () -> {
                if (nextDescribe == simulation.now()) {
                    nextDescribe = Long.MAX_VALUE;
                    describe();
                }
            });
        }
    }

    private void describe() {
        long began = simulation.now();
        if (transitions.stream().noneMatch(transition -> transition.settled != Long.MAX_VALUE)) {
            return;
        }
        idleDescribes++;
        if (!account.tryCall(CloudCall.DESCRIBE)) {
            describeAt(began + backoff(idleDescribes));
            return;
        }
        simulation.after(account.answerMillis(CloudCall.DESCRIBE), () -> {
            for (EniTransition transition : List.copyOf(transitions)) {
                if (transition.settled <= began) {
                    settled(transition);
                }
            }
            describeAt(
                    simulation.now() + simulation.jittered(Math.min(RECONCILE, POLL << Math.min(12, idleDescribes))));
        });
    }

    private void settled(EniTransition transition) {
        idleDescribes = 0;
        transition.settled = Long.MAX_VALUE;
        if (transition.next == CloudCall.DETACH) {
            transition.next = CloudCall.DELETE;
            step();
            return;
        }
        transition.busy = true;
        simulation.after(account.deviceMillis(), () -> {
            transitions.remove(transition);
            readySince.add(simulation.now());
            serveWaiting();
            step();
        });
    }

    /** Full jitter, doubling to a minute. */
    private long backoff(int doublings) {
        return simulation.between(1000, Math.max(1001, Math.min(60_000, 2000L << Math.min(20, doublings))));
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
