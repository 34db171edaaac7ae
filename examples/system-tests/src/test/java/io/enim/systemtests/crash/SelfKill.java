package io.enim.systemtests.crash;

import jnr.ffi.LibraryLoader;

/** SIGKILL to this very process. The system call does not return: no handler, no shutdown hook and no finally runs. */
final class SelfKill {
    /** Of the C library. */
    public interface LibC {
        /** {@code kill(2)}. */
        int kill(int pid, int signal);
    }

    /** What the shell calls the status of a process that ended so. */
    static final int STATUS = 128 + 9;

    private static final int SIGKILL = 9;

    private final LibC libC;
    private final int pid = Math.toIntExact(ProcessHandle.current().pid());

    private SelfKill(LibC libC) {
        this.libC = libC;
    }

    /** Loads what it takes, so that nothing lies between the point and the end. */
    static SelfKill prepare() {
        return new SelfKill(LibraryLoader.create(LibC.class).load("c"));
    }

    void now() {
        libC.kill(pid, SIGKILL);
        throw new AssertionError("still alive after SIGKILL");
    }
}
