package io.enim.examples.agent.crash;

import jnr.ffi.LibraryLoader;

/** SIGKILL to this very process. The system call does not return: no handler, no shutdown hook and no finally runs. */
final class Death {
    /** Of the C library. */
    public interface Calls {
        /** {@code kill(2)}. */
        int kill(int pid, int signal);
    }

    /** What the shell calls the status of a process that ended so. */
    static final int STATUS = 128 + 9;

    private static final int SIGKILL = 9;

    private final Calls calls;
    private final int pid = Math.toIntExact(ProcessHandle.current().pid());

    private Death(Calls calls) {
        this.calls = calls;
    }

    /** Loads what it takes, so that nothing lies between the point and the end. */
    static Death prepare() {
        return new Death(LibraryLoader.create(Calls.class).load("c"));
    }

    void now() {
        calls.kill(pid, SIGKILL);
        throw new AssertionError("still alive after SIGKILL");
    }
}
