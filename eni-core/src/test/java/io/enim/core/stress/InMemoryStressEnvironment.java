package io.enim.core.stress;

import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.MacAddress;
import io.enim.core.TestNode;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.stress.StressProgram.Supply;
import io.enim.provider.fake.device.DeviceFaults.Fault;
import io.enim.provider.fake.region.CloudRefusal;
import io.enim.provider.fake.region.Faults.Kind;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A machine whose devices and cloud are in memory, and whose every call can be made to fail or hang. */
final class InMemoryStressEnvironment implements StressEnvironment {
    private static final int SPARE = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final TestNode node;

    InMemoryStressEnvironment(int enis, Supply supply) {
        // The cloud allows some more, so that a detached ENI can be attached again beside its replacement.
        node = new TestNode(enis + SPARE)
                .set(EniSetting.DEVICE_TIMEOUT, "200ms")
                .set(EniSetting.CLOUD_TIMEOUT, "300ms")
                .set(EniSetting.POOL_RECONCILE, "50ms");
        supply.settings(enis).forEach(node::set);
    }

    @Override
    public EniManager start(FailPoint probe, StressOracle oracle, SeededManagerBug bug) {
        Instrumentation instrumentation = new Instrumentation(oracle);
        NetworkDevices watched = instrumentation.around(bug.around(node.devices()));
        return node.aroundDevices(devices -> watched)
                .aroundProvider(provider -> instrumentation.around(bug.around(provider)))
                .aroundManager(manager -> bug.around(manager, watched))
                .failPoint(probe)
                .start();
    }

    @Override
    public void pass(Duration time) {
        node.pass(time);
        node.stepClock(Duration.ofDays(time.toMillis() % 2 == 0 ? 3650 : -3650)); // P14
    }

    @Override
    public Path sandbox(String name) {
        return node.sandbox(name);
    }

    @Override
    public void kill(Path sandbox) {
        node.devices().killSandbox(sandbox);
    }

    @Override
    public Optional<Path> locate(MacAddress mac) {
        return node.devices().whereIs(mac);
    }

    @Override
    public void disturb(StressAction stressAction) {
        switch (stressAction.verb()) {
            case DEVICE_FAILS -> node.devices().faults().next(stressAction.deviceMethod(), Fault.BEFORE);
            case DEVICE_FAILS_LATE -> node.devices().faults().next(stressAction.deviceMethod(), Fault.AFTER);
            case DEVICE_HANGS -> node.devices().faults().next(stressAction.deviceMethod(), Fault.HANG);
            case CLOUD_FAILS -> node.model().faults().next(stressAction.cloudCall(), Kind.FAIL);
            case CLOUD_LOSES_ANSWER -> node.model().faults().next(stressAction.cloudCall(), Kind.LOSE_ANSWER);
            case CLOUD_HANGS -> node.model().faults().next(stressAction.cloudCall(), Kind.HANG);
            default -> throw new IllegalArgumentException(stressAction + " is no disturbance");
        }
    }

    @Override
    public void heal() {
        node.devices().faults().none();
        node.model().faults().none();
        node.model().faults().release();
    }

    @Override
    public void detach(int number, StressOracle stressOracle) {
        List<SimulatedEni> enis = node.model().enis();
        if (enis.isEmpty()) {
            return;
        }
        String eni = enis.get(number % enis.size()).id();
        stressOracle.detachBegins(eni);
        if (isRefused(() -> node.model().detach(eni))) {
            stressOracle.count("detachments refused");
        }
        stressOracle.detachEnds(eni);
    }

    /**
     * Calls the cloud as another party than the manager. Such a call may hit a fault that was meant for the manager's; one
     * that hangs is given up, and has no effect any more when this returns.
     */
    private static boolean isRefused(Runnable call) {
        AtomicBoolean refused = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            try {
                call.run();
            } catch (CloudRefusal e) {
                refused.set(true);
            }
        });
        caller.start();
        try {
            caller.join(TIMEOUT.toMillis());
            caller.interrupt();
            caller.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return refused.get();
    }

    @Override
    public int attachAgain(Set<String> enis) {
        return (int) node.model().enis().stream()
                .filter(eni -> enis.contains(eni.id()) && eni.state() == SimulatedEni.State.AVAILABLE)
                .filter(eni -> isRefused(() -> node.attach(eni.id()))) // The pool may be at it as well.
                .count();
    }

    @Override
    public List<String> residue(List<Eni> listed) {
        List<String> unexpected = new ArrayList<>(unexpectedDevices(node.devices(), listed));
        List<String> expected = listed.stream().map(Eni::id).sorted().toList();
        List<String> inCloud =
                node.model().enis().stream().map(SimulatedEni::id).sorted().toList();
        if (!expected.equals(inCloud)) {
            unexpected.add("listed are " + expected + ", in the cloud " + inCloud);
        }
        return unexpected;
    }

    @Override
    public void close() {
        node.delete();
    }
}
