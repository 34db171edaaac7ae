package io.enim.examples.agent.crash;

import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepProbe.Side;
import io.enim.examples.agent.crash.Snare.Deed;
import io.enim.spi.Device;
import java.util.List;

/** What a node does when it dies: together they pass every point that can be passed. */
enum Program {
    /** An endpoint comes. */
    ADD {
        @Override
        void act(Play play) {
            play.add(Play.VICTIM);
        }
    },
    /** An endpoint goes. */
    DEL {
        @Override
        void prepare(Play play) {
            play.add(Play.VICTIM);
        }

        @Override
        void act(Play play) {
            play.del(Play.VICTIM);
        }
    },
    /** An endpoint goes whose tenant left much behind. */
    DEL_AFTER_A_BUSY_TENANT {
        @Override
        void prepare(Play play) {
            play.add(Play.VICTIM);
            play.tenant(Play.VICTIM, sandbox -> {
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
        void act(Play play) {
            play.del(Play.VICTIM);
        }
    },
    /** An endpoint goes whose device was taken on to another namespace. */
    DEL_OF_A_DEVICE_THAT_MOVED_ON {
        @Override
        void prepare(Play play) {
            play.add(Play.VICTIM);
            play.tenantMovesOn(Play.VICTIM, true);
        }

        @Override
        void act(Play play) {
            play.del(Play.VICTIM);
        }
    },
    /** An endpoint goes whose device is where nobody can follow; later that place ends. */
    DEL_OF_A_DEVICE_THAT_IS_HIDDEN {
        @Override
        void prepare(Play play) {
            play.add(Play.VICTIM);
            play.tenantMovesOn(Play.VICTIM, false);
        }

        @Override
        void act(Play play) {
            play.del(Play.VICTIM);
        }
    },
    /** An ADD comes again for an endpoint whose device lost what it was given. */
    ADD_AGAIN {
        @Override
        void prepare(Play play) {
            play.add(Play.VICTIM);
            play.tenant(Play.VICTIM, sandbox -> sandbox.setDown("eth0"));
        }

        @Override
        void act(Play play) {
            play.add(Play.VICTIM);
        }
    },
    /** An endpoint's sandbox ends without a DEL. */
    DEATH_OF_A_SANDBOX {
        @Override
        void prepare(Play play) {
            play.add(Play.VICTIM);
        }

        @Override
        void act(Play play) {
            play.endSandbox(Play.VICTIM);
            play.ground().awaitHardware();
            play.gc();
        }
    },
    /** The runtime no longer knows an endpoint whose sandbox lingers. */
    GC_BY_THE_RUNTIMES_LIST {
        @Override
        void prepare(Play play) {
            play.add(Play.VICTIM);
        }

        @Override
        void act(Play play) {
            play.gcWithoutOurs();
        }
    },
    /** A device at home was touched by somebody. */
    GC_OF_A_TOUCHED_DEVICE {
        @Override
        void prepare(Play play) {
            play.gc();
            Device device = play.ground().freeDevice();
            play.ground().atHome(home -> {
                home.addQdisc(device.name(), "clsact");
                home.addAlternativeName(device.name(), "enp0s9");
                home.setAlias(device.name(), "uplink");
                home.rename(device.name(), "renamed0");
            });
        }

        @Override
        void act(Play play) {
            play.gc();
        }
    },
    /** The device refuses to come home once, and garbage collection takes over. */
    QUARANTINE {
        @Override
        List<Snare> before() {
            return Snare.of(new Snare(Point.of(Step.DEL_BRING_HOME, Side.BEFORE), 1, Deed.FAIL));
        }

        @Override
        void prepare(Play play) {
            play.add(Play.VICTIM);
        }

        @Override
        void act(Play play) {
            play.del(Play.VICTIM);
            play.gc();
        }
    },
    /** The ledger refuses to say that it forgot, and the provider still calls the ENI held. */
    UNOWNED {
        @Override
        List<Snare> before() {
            return Snare.of(new Snare(Point.of(Step.DEL_FORGET, Side.AFTER), 1, Deed.FAIL));
        }

        @Override
        void prepare(Play play) {
            play.add(Play.VICTIM);
        }

        @Override
        void act(Play play) {
            play.del(Play.VICTIM);
            play.gc();
        }
    },
    /** The node starts on what there is. */
    RESTART {
        @Override
        void prepare(Play play) {
            play.add(Play.VICTIM);
        }

        @Override
        void act(Play play) {
            play.stop();
            play.ground().start("");
            play.ground().awaitSettled(play.ground().size);
            play.gc();
        }
    },
    /** The pool has one more than it needs, and retires it. */
    SHRINK {
        @Override
        void act(Play play) {
            play.stop();
            int fewer = play.ground().size - 1;
            play.ground().start("enim.pool.min=" + fewer + " enim.pool.idle=0s");
            Ground.await(
                    "one ENI is deleted",
                    () -> play.ground().hasPassed(Point.of(Step.POOL_DELETE, Side.AFTER))
                            && play.ground().facts().cloud().size() == fewer);
        }

        @Override
        int leaves(Ground ground) {
            return ground.size - 1;
        }
    },
    /** The pool makes an ENI in place of one that somebody deleted, and garbage collection meets the new device. */
    GROW {
        @Override
        void prepare(Play play) {
            // How each device is at home is known, so that one of them can be forgotten.
            play.gc();
        }

        @Override
        void act(Play play) {
            Runnable deletion = play.ground().somebodyDeletesAnEni();
            play.stop();
            deletion.run();
            play.ground().start("");
            play.ground().awaitSettled(play.ground().size);
            play.gc();
        }
    };

    /** What is to go wrong first, so that this program becomes what it is called. */
    List<Snare> before() {
        return List.of();
    }

    /** Whether it leaves a manager with other settings, or none. */
    boolean restarts() {
        return this == RESTART || this == SHRINK || this == GROW;
    }

    /** How many ENIs the pool is to have afterwards, at least. */
    int leaves(Ground ground) {
        return ground.size;
    }

    /** Before the snares are set. */
    void prepare(Play play) {}

    /** What the node dies of. */
    abstract void act(Play play);
}
