package io.enim.systemtests.crash;

import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import io.enim.spi.Device;
import io.enim.systemtests.crash.FailPointTrap.Effect;
import java.util.List;

/** What a node does when it dies: together they pass every point that can be passed. */
enum NodeWorkload {
    /** An endpoint comes. */
    ADD {
        @Override
        void act(WorkloadRun workloadRun) {
            workloadRun.add(WorkloadRun.VICTIM);
        }
    },
    /** An endpoint goes. */
    DEL {
        @Override
        void prepare(WorkloadRun workloadRun) {
            workloadRun.add(WorkloadRun.VICTIM);
        }

        @Override
        void act(WorkloadRun workloadRun) {
            workloadRun.del(WorkloadRun.VICTIM);
        }
    },
    /** An endpoint goes whose tenant left much behind. */
    DEL_AFTER_A_BUSY_TENANT {
        @Override
        void prepare(WorkloadRun workloadRun) {
            workloadRun.add(WorkloadRun.VICTIM);
            workloadRun.asTenant(WorkloadRun.VICTIM, sandbox -> {
                sandbox.addMacvlan("upper", "eth0");
                sandbox.addAlternativeName("eth0", "uplink0");
                sandbox.setAlias("eth0", "mine");
                sandbox.setMtu("eth0", 1400);
                sandbox.setTxQueueLength("eth0", 77);
                sandbox.setGroup("eth0", 9);
                sandbox.setDown("eth0");
                sandbox.rename("eth0", "wan0");
            });
        }

        @Override
        void act(WorkloadRun workloadRun) {
            workloadRun.del(WorkloadRun.VICTIM);
        }
    },
    /** An endpoint goes whose device was taken on to another namespace. */
    DEL_OF_A_DEVICE_THAT_MOVED_ON {
        @Override
        void prepare(WorkloadRun workloadRun) {
            workloadRun.add(WorkloadRun.VICTIM);
            workloadRun.tenantMovesOn(WorkloadRun.VICTIM, true);
        }

        @Override
        void act(WorkloadRun workloadRun) {
            workloadRun.del(WorkloadRun.VICTIM);
        }
    },
    /** An endpoint goes whose device is where no search leads; later that place ends. */
    DEL_OF_A_DEVICE_THAT_IS_HIDDEN {
        @Override
        void prepare(WorkloadRun workloadRun) {
            workloadRun.add(WorkloadRun.VICTIM);
            workloadRun.tenantMovesOn(WorkloadRun.VICTIM, false);
        }

        @Override
        void act(WorkloadRun workloadRun) {
            workloadRun.del(WorkloadRun.VICTIM);
        }
    },
    /** An ADD comes again for an endpoint whose device lost what it was given. */
    ADD_AGAIN {
        @Override
        void prepare(WorkloadRun workloadRun) {
            workloadRun.add(WorkloadRun.VICTIM);
            workloadRun.asTenant(WorkloadRun.VICTIM, sandbox -> sandbox.setDown("eth0"));
        }

        @Override
        void act(WorkloadRun workloadRun) {
            workloadRun.add(WorkloadRun.VICTIM);
        }
    },
    /** An endpoint's sandbox ends without a DEL. */
    DEATH_OF_A_SANDBOX {
        @Override
        void prepare(WorkloadRun workloadRun) {
            workloadRun.add(WorkloadRun.VICTIM);
        }

        @Override
        void act(WorkloadRun workloadRun) {
            workloadRun.endSandbox(WorkloadRun.VICTIM);
            workloadRun.testbed().awaitHardware();
            workloadRun.gc();
        }
    },
    /** The runtime no longer knows an endpoint whose sandbox lingers. */
    GC_BY_THE_RUNTIMES_LIST {
        @Override
        void prepare(WorkloadRun workloadRun) {
            workloadRun.add(WorkloadRun.VICTIM);
        }

        @Override
        void act(WorkloadRun workloadRun) {
            workloadRun.gcWithoutOurs();
        }
    },
    /** A device on the host was touched by other software. */
    GC_OF_A_TOUCHED_DEVICE {
        @Override
        void prepare(WorkloadRun workloadRun) {
            workloadRun.gc();
            Device device = workloadRun.testbed().freeDevice();
            workloadRun.testbed().onHost(host -> {
                host.addQdisc(device.name(), "clsact");
                host.addAlternativeName(device.name(), "enp0s9");
                host.setAlias(device.name(), "uplink");
                host.rename(device.name(), "renamed0");
            });
        }

        @Override
        void act(WorkloadRun workloadRun) {
            workloadRun.gc();
        }
    },
    /** The device refuses to return to the host once, and garbage collection takes over. */
    QUARANTINE {
        @Override
        List<FailPointTrap> before() {
            return FailPointTrap.of(
                    new FailPointTrap(CrashPoint.of(Step.DEL_RETURN_TO_HOST, Side.BEFORE), 1, Effect.FAIL));
        }

        @Override
        void prepare(WorkloadRun workloadRun) {
            workloadRun.add(WorkloadRun.VICTIM);
        }

        @Override
        void act(WorkloadRun workloadRun) {
            workloadRun.del(WorkloadRun.VICTIM);
            workloadRun.gc();
        }
    },
    /** The ledger refuses to say that it forgot, and the provider still calls the ENI held. */
    UNOWNED {
        @Override
        List<FailPointTrap> before() {
            return FailPointTrap.of(new FailPointTrap(CrashPoint.of(Step.DEL_FORGET, Side.AFTER), 1, Effect.FAIL));
        }

        @Override
        void prepare(WorkloadRun workloadRun) {
            workloadRun.add(WorkloadRun.VICTIM);
        }

        @Override
        void act(WorkloadRun workloadRun) {
            workloadRun.del(WorkloadRun.VICTIM);
            workloadRun.gc();
        }
    },
    /** The node starts on what there is. */
    RESTART {
        @Override
        void prepare(WorkloadRun workloadRun) {
            workloadRun.add(WorkloadRun.VICTIM);
        }

        @Override
        void act(WorkloadRun workloadRun) {
            workloadRun.stop();
            workloadRun.testbed().start("");
            workloadRun.testbed().awaitSettled(workloadRun.testbed().size);
            workloadRun.gc();
        }
    },
    /** The pool has one more than it needs, and retires it. */
    SHRINK {
        @Override
        void act(WorkloadRun workloadRun) {
            workloadRun.stop();
            int fewer = workloadRun.testbed().size - 1;
            workloadRun.testbed().start("enim.pool.min=" + fewer + " enim.pool.idle=0s");
            CrashTestbed.await(
                    "one ENI is deleted",
                    () -> workloadRun.testbed().hasPassed(CrashPoint.of(Step.POOL_DELETE, Side.AFTER))
                            && workloadRun.testbed().snapshot().cloud().size() == fewer);
        }

        @Override
        int leaves(CrashTestbed crashTestbed) {
            return crashTestbed.size - 1;
        }
    },
    /** The pool makes an ENI in place of one that was deleted, and garbage collection sees the new device. */
    GROW {
        @Override
        void prepare(WorkloadRun workloadRun) {
            // How each device is on the host is known, so that one of them can be forgotten.
            workloadRun.gc();
        }

        @Override
        void act(WorkloadRun workloadRun) {
            Runnable deletion = workloadRun.testbed().deletionOfFreeEni();
            workloadRun.stop();
            deletion.run();
            workloadRun.testbed().start("");
            workloadRun.testbed().awaitSettled(workloadRun.testbed().size);
            workloadRun.gc();
        }
    };

    /** What is to go wrong first, so that this program becomes what it is called. */
    List<FailPointTrap> before() {
        return List.of();
    }

    /** Whether it leaves a manager with other settings, or none. */
    boolean restarts() {
        return this == RESTART || this == SHRINK || this == GROW;
    }

    /** How many ENIs the pool is to have afterwards, at least. */
    int leaves(CrashTestbed crashTestbed) {
        return crashTestbed.size;
    }

    /** Before the traps are set. */
    void prepare(WorkloadRun workloadRun) {}

    /** What the node dies of. */
    abstract void act(WorkloadRun workloadRun);
}
