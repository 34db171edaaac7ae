package io.enim.core.stress;

import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.MacAddress;
import io.enim.core.TestNode;
import io.enim.core.internal.step.StepProbe;
import io.enim.core.stress.Program.Supply;
import io.enim.provider.fake.MemoryFaults.Fault;
import io.enim.provider.fake.model.Faults.Kind;
import io.enim.provider.fake.model.ModelEni;
import io.enim.provider.fake.model.Refused;
import io.enim.spi.Device;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A machine whose devices and cloud are in memory, and whose every call can be made to fail or hang. */
final class MemoryMachine implements Machine {
    private static final int SPARE = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final Scratch scratch = Scratch.make();
    private final TestNode node;

    MemoryMachine(int enis, Supply supply) {
        // The cloud allows some more, so that what somebody took away can be brought back beside its replacement.
        node = new TestNode(scratch.directory(), enis + SPARE)
                .set(EniSetting.DEVICE_TIMEOUT, "200ms")
                .set(EniSetting.CLOUD_TIMEOUT, "300ms")
                .set(EniSetting.POOL_RECONCILE, "50ms");
        Haste.settings(enis, supply).forEach(node::set);
    }

    @Override
    public void watchedBy(Promises promises, Flaw flaw) {
        WatchedDevices watched = new WatchedDevices(flaw.devices(node.devices()), promises);
        node.aroundDevices(devices -> watched)
                .aroundProvider(provider -> new WatchedProvider(flaw.provider(provider), promises))
                .aroundManager(manager -> flaw.manager(manager, watched));
    }

    @Override
    public EniManager start(StepProbe probe) {
        return node.probe(probe).start();
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
    public Optional<Path> whereIs(MacAddress mac) {
        return node.devices().whereIs(mac);
    }

    @Override
    public void disturb(Action action) {
        switch (action.verb()) {
            case DEVICE_FAILS -> node.devices().faults().next(action.deviceMethod(), Fault.BEFORE);
            case DEVICE_FAILS_LATE -> node.devices().faults().next(action.deviceMethod(), Fault.AFTER);
            case DEVICE_HANGS -> node.devices().faults().next(action.deviceMethod(), Fault.HANG);
            case CLOUD_FAILS -> node.model().faults().next(action.cloudCall(), Kind.FAIL);
            case CLOUD_LOSES_ANSWER -> node.model().faults().next(action.cloudCall(), Kind.LOSE_ANSWER);
            case CLOUD_HANGS -> node.model().faults().next(action.cloudCall(), Kind.HANG);
            default -> throw new IllegalArgumentException(action + " is no disturbance");
        }
    }

    @Override
    public void heal() {
        node.devices().faults().none();
        node.model().faults().none();
        node.model().faults().release();
    }

    @Override
    public void detach(int number, Promises promises) {
        List<ModelEni> enis = node.model().enis();
        if (enis.isEmpty()) {
            return;
        }
        String eni = enis.get(number % enis.size()).id();
        promises.detachBegins(eni);
        if (isRefused(() -> node.model().detach(eni))) {
            promises.count("detachments refused");
        }
        promises.detachEnds(eni);
    }

    /**
     * Calls the cloud as somebody else than the manager. Such a call may meet a fault that was meant for the manager's; one
     * that hangs is given up, and has no effect any more when this returns.
     */
    private static boolean isRefused(Runnable call) {
        AtomicBoolean refused = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            try {
                call.run();
            } catch (Refused e) {
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
        int refused = 0;
        for (ModelEni eni : node.model().enis()) {
            if (enis.contains(eni.id()) && eni.state() == ModelEni.State.AVAILABLE) {
                // The pool may be at it as well.
                refused += isRefused(() -> node.attach(eni.id())) ? 1 : 0;
            }
        }
        return refused;
    }

    @Override
    public List<String> strays(List<Eni> listed) {
        List<String> strays = new ArrayList<>();
        List<String> expected = listed.stream().map(Eni::id).sorted().toList();
        List<String> inCloud =
                node.model().enis().stream().map(ModelEni::id).sorted().toList();
        if (!expected.equals(inCloud)) {
            strays.add("listed are " + expected + ", in the cloud " + inCloud);
        }
        List<String> macs = macs(listed.stream().map(Eni::mac).toList());
        List<String> home =
                macs(node.devices().home(TIMEOUT).stream().map(Device::identity).toList());
        if (!home.equals(macs)) {
            strays.add("at home are " + home + ", expected " + macs);
        }
        return strays;
    }

    private static List<String> macs(List<MacAddress> macs) {
        return macs.stream().map(MacAddress::toString).sorted().toList();
    }

    @Override
    public void close() {
        node.close();
        scratch.close();
    }
}
