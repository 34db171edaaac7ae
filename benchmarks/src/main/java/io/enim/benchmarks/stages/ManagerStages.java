// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.stages;

import static java.util.Objects.requireNonNull;

import io.enim.AddRequest;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSettings;
import io.enim.Health;
import io.enim.benchmarks.device.WarmManagers;
import io.enim.benchmarks.report.Draft;
import io.enim.core.internal.manager.Given;
import io.enim.core.internal.manager.ManagerBootstrap;
import io.enim.core.internal.manager.Platform;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.Step;
import io.enim.netlink.KernelStats;
import io.enim.netlink.LinuxDevicesFactory;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkOperation;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A manager whose operations leave marks: where a step begins and ends, around the message that moves the device, and where
 * a namespace is opened. They run one at a time; the hand-overs between their threads order the marks.
 */
public final class ManagerStages {
    private static final String TO_WORKER = "to the endpoint's worker (a hand-over)";
    private static final String OPENED = "namespace opened (a hand-over there, one back)";
    private static final String ANSWER = "answer, to the caller (a hand-over)";
    private static final String INTENT = "intent recorded";
    private static final String READ = "before the move's message, up to the last reading, sends left out";
    private static final String BEFORE_MOVE = "before the move's message, after the last reading";
    private static final String MOVE = "the move's message, its send left out";
    private static final String AFTER_MOVE = "after the move's message, sends left out";

    /** The stage that a step belongs to, with what passes since the step before. */
    private static final Map<Step, String> STEPS = Map.of(
            Step.ADD_CLAIM, "claim",
            Step.ADD_FIND_DEVICE, "device found on the host",
            Step.ADD_RECORD_INTENT, INTENT,
            Step.ADD_CONFIGURE, "configured, sends left out",
            Step.ADD_RECORD_DONE, "end recorded",
            Step.DEL_RECORD_INTENT, INTENT,
            Step.DEL_FORGET, "cooldown begun, record removed",
            Step.DEL_RELEASE, "released to the pool");

    private static final Set<Step> MOVES = Set.of(Step.ADD_MOVE_IN, Step.DEL_RETURN_TO_HOST);
    private static final Set<NetlinkOperation> MOVE_MESSAGES =
            Set.of(NetlinkOperation.MOVE_IN, NetlinkOperation.RETURN_TO_HOST);

    private final NetworkDevices devices;
    private final EniManager manager;
    private final List<StageMark> marks = new ArrayList<>();
    private final StageTimes adds = new StageTimes();
    private final StageTimes dels = new StageTimes();
    private boolean isBeforeMove;
    private int number;

    private ManagerStages(EniSettings settings) {
        devices = new LinuxDevicesFactory(this::message).create();
        // What passes before a namespace is opened belongs to the stage under way.
        NetworkDevices marked = MarkedCalls.around(
                NetworkDevices.class, devices, Set.of("open"), () -> mark(current()), () -> mark(OPENED));
        Given given = new Given(
                settings,
                EniMetrics.NONE,
                Optional.empty(),
                Health.healthy(),
                List.of(),
                ManagerStages.class.getClassLoader(),
                Optional.of(marked),
                Optional.empty(),
                Optional.empty());
        manager = new ManagerBootstrap(given, Platform.MACHINE.with((FailPoint) this::step)).build();
    }

    /** Adds the table of ADD and that of DEL to the draft: real devices, IPv4 and IPv6, each ADD into this namespace. */
    public static void measure(Draft draft, Path netns, Path records) {
        ManagerStages stages =
                new ManagerStages(WarmManagers.settings(records, 1, "46").build());
        try (stages.devices;
                EniManager manager = stages.manager) {
            WarmManagers.awaitReady(manager, 1);
            int warmUp = draft.quick() ? 5 : 100;
            for (int round = -warmUp; round < (draft.quick() ? 10 : 200); round++) {
                stages.round(netns, round >= 0);
            }
        }
        stages.adds.report(draft, "an ADD of the manager");
        stages.dels.report(draft, "a DEL of the manager");
    }

    private void round(Path netns, boolean counts) {
        Endpoint endpoint = Endpoint.of("bench", "staged-" + ++number, "container-" + number);
        AddRequest request = AddRequest.forEndpoint(endpoint).netns(netns).build();
        operation(() -> manager.add(request), counts ? Optional.of(adds) : Optional.empty());
        operation(() -> manager.del(endpoint), counts ? Optional.of(dels) : Optional.empty());
        // Its device is checked after the DEL, with sends of its own.
        WarmManagers.awaitReady(manager, 1);
    }

    private void operation(Runnable work, Optional<StageTimes> into) {
        marks.clear();
        long sendNanos = KernelStats.of(devices).orElseThrow().sendNanos();
        long began = System.nanoTime();
        marks.add(new StageMark("", began, sendNanos));
        work.run();
        long ended = System.nanoTime();
        long sent = KernelStats.of(devices).orElseThrow().sendNanos() - sendNanos;
        // What is sent after the last step is not sent for this operation.
        marks.add(last().then(ANSWER, ended));
        into.ifPresent(times -> times.add(marks, (ended - began - sent) / 1e3));
    }

    private StageMark last() {
        return marks.get(marks.size() - 1);
    }

    private String current() {
        return marks.isEmpty() ? "" : last().stage();
    }

    private void step(Step step, FailPoint.Side side) {
        if (MOVES.contains(step)) {
            isBeforeMove = side == FailPoint.Side.BEFORE;
            mark(isBeforeMove ? READ : AFTER_MOVE);
        } else if (STEPS.containsKey(step)) {
            mark(requireNonNull(STEPS.get(step)));
        }
    }

    private int message(NetlinkOperation operation, NetlinkFailPoint.Side side) {
        boolean isSent = side == NetlinkFailPoint.Side.AFTER;
        if (MOVE_MESSAGES.contains(operation)) {
            isBeforeMove = false;
            mark(isSent ? MOVE : BEFORE_MOVE);
        } else if (isBeforeMove && isSent) {
            mark(READ);
        }
        return 0;
    }

    /** What passes before the first mark is the way to the worker, whichever mark it is. */
    private void mark(String stage) {
        if (!marks.isEmpty()) {
            marks.add(StageMark.of(marks.size() == 1 ? TO_WORKER : stage, devices));
        }
    }
}
