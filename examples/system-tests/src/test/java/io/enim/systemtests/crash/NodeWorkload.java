package io.enim.systemtests.crash;

import io.enim.Cidr;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import io.enim.spi.Device;
import io.enim.systemtests.crash.FailPointTrap.Effect;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;

/** What a node does when it dies: together they pass every point that can be passed. */
@SuppressWarnings("ImmutableEnumChecker") // The functions keep nothing.
enum NodeWorkload {
    /** An endpoint comes. */
    ADD(run -> {}, WorkloadRun::add),
    /** An endpoint goes. */
    DEL(WorkloadRun::add, WorkloadRun::del),
    /** An endpoint goes whose tenant left much behind. */
    DEL_AFTER_A_BUSY_TENANT(
            run -> run.addAndThen(sandbox -> {
                sandbox.addMacvlan("upper", "eth0");
                sandbox.addAlternativeName("eth0", "uplink0");
                sandbox.setAlias("eth0", "mine");
                sandbox.setMtu("eth0", 1400);
                sandbox.setTxQueueLength("eth0", 77);
                sandbox.setGroup("eth0", 9);
                sandbox.setDown("eth0");
                sandbox.rename("eth0", "wan0");
            }),
            WorkloadRun::del),
    /** An endpoint goes whose device was taken on to another namespace. */
    DEL_OF_A_DEVICE_THAT_MOVED_ON(run -> run.addAndMoveOn(true), WorkloadRun::del),
    /** An endpoint goes whose device is where no search leads; later that place ends. */
    DEL_OF_A_DEVICE_THAT_IS_HIDDEN(run -> run.addAndMoveOn(false), WorkloadRun::del),
    /** An ADD comes again for an endpoint whose device lost what it was given, and that lost its host link. */
    ADD_AGAIN(WorkloadRun::addAndSpoil, WorkloadRun::add),
    /** A sandbox of the manager's own is asked for, and none is ready. */
    MAKE_A_SANDBOX(run -> {}, WorkloadRun::take),
    /** A ready sandbox is handed out, and another is made. */
    TAKE_A_SANDBOX(WorkloadRun::keepReady, WorkloadRun::take),
    /** A sandbox of the manager's own is given back. */
    GIVE_BACK_A_SANDBOX(WorkloadRun::take, WorkloadRun::giveBack),
    /** An endpoint's sandbox ends without a DEL. */
    DEATH_OF_A_SANDBOX(WorkloadRun::add, run -> {
        run.testbed.stage.delete(run.victim);
        run.testbed.awaitHardware();
        run.gc();
    }),
    /** The runtime no longer knows an endpoint whose sandbox lingers. */
    GC_BY_THE_RUNTIMES_LIST(WorkloadRun::add, WorkloadRun::gcWithoutOurs),
    /** A device on the host was touched by other software. */
    GC_OF_A_TOUCHED_DEVICE(
            run -> {
                run.gc();
                Device device = run.testbed.freeDevice();
                run.testbed.onHost(host -> {
                    host.addQdisc(device.name(), "clsact");
                    host.addAlternativeName(device.name(), "enp0s9");
                    host.setAlias(device.name(), "uplink");
                    host.rename(device.name(), "renamed0");
                });
            },
            WorkloadRun::gc),
    /** Software of the host configures a device, and garbage collection finds it changed. */
    TAKE_OVER(WorkloadRun::gc, run -> {
        InetAddress address = Cidr.parseAddress("192.0.2.7");
        Device device = run.testbed.freeDevice();
        run.testbed.onHost(host -> {
            // The alias last: the take-over may begin with that, and must find all of it.
            host.addRule(address, 100, 1000);
            host.addAddress(device.name(), address, 24);
            host.setAlias(device.name(), "uplink");
        });
        run.gc();
    }),
    /** The device refuses to return to the host once, and garbage collection takes over. */
    QUARANTINE(
            WorkloadRun::add,
            WorkloadRun::delAndGc,
            new FailPointTrap(CrashPoint.of(Step.DEL_RETURN_TO_HOST, Side.BEFORE), 1, Effect.FAIL)),
    /** The ledger refuses to say that it forgot, and the provider still calls the ENI held. */
    UNOWNED(
            WorkloadRun::add,
            WorkloadRun::delAndGc,
            new FailPointTrap(CrashPoint.of(Step.DEL_FORGET, Side.AFTER), 1, Effect.FAIL)),
    /** The node starts on what there is. */
    RESTART(WorkloadRun::add, run -> {
        run.stop();
        run.startAndGc();
    }),
    /** The pool has one more than it needs, and retires it. */
    SHRINK(run -> {}, run -> {
        run.stop();
        int fewer = run.testbed.size - 1;
        run.testbed.start("enim.pool.min=" + fewer + " enim.pool.idle=0s");
        CrashTestbed.await(
                "one ENI is deleted",
                () -> run.hasPassed(CrashPoint.of(Step.POOL_DELETE, Side.AFTER))
                        && run.testbed.cloud().size() == fewer);
    }),
    /**
     * The pool makes an ENI in place of one that was deleted, and garbage collection sees the new device. How each device
     * is on the host is known before, so that one of them can be forgotten.
     */
    GROW(WorkloadRun::gc, run -> {
        Runnable deletion = run.testbed.deletionOfFreeEni();
        run.stop();
        deletion.run();
        run.startAndGc();
    });

    private final Consumer<WorkloadRun> preparation;
    private final Consumer<WorkloadRun> action;
    private final List<FailPointTrap> before;

    NodeWorkload(Consumer<WorkloadRun> preparation, Consumer<WorkloadRun> action, FailPointTrap... before) {
        this.preparation = preparation;
        this.action = action;
        this.before = List.of(before);
    }

    /** What is to go wrong first, so that this program becomes what it is called. */
    List<FailPointTrap> before() {
        return before;
    }

    /** Whether it leaves a manager with other settings, or none. */
    boolean restarts() {
        return this == RESTART || this == SHRINK || this == GROW || this == TAKE_A_SANDBOX;
    }

    /** How many ENIs the pool is to have afterwards, at least. */
    int leaves(CrashTestbed testbed) {
        return this == SHRINK ? testbed.size - 1 : testbed.size;
    }

    /** Before the traps are set. */
    void prepare(WorkloadRun run) {
        preparation.accept(run);
    }

    /** What the node dies of. */
    void act(WorkloadRun run) {
        action.accept(run);
    }
}
