package io.enim.core.simulation;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A platform thread that runs only while it has the baton. */
final class SimulatedThread extends Thread {
    private final Scheduler scheduler;
    private final @Nullable SimulatedProcess process;
    private final long number;
    private volatile boolean baton;
    private boolean parked;
    private boolean deaf;
    private boolean unreachable;
    private boolean interruptPending;
    private long wakeAt;

    SimulatedThread(Scheduler scheduler, @Nullable SimulatedProcess process, Runnable work, String name) {
        super(work, name);
        this.scheduler = scheduler;
        this.process = process;
        this.number = scheduler.nextThread();
        setDaemon(true);
    }

    @Nullable
    SimulatedProcess process() {
        return process;
    }

    /** Core spreads work by it. */
    @Override
    public long getId() {
        return number;
    }

    @Override
    public synchronized void start() {
        if (process != null) {
            process.begins(this);
        }
        scheduler.begins(this);
        begin();
    }

    /** Starts, and waits for its turn. */
    void begin() {
        super.start();
    }

    @Override
    public void run() {
        Throwable failed = null;
        awaitBaton();
        try {
            super.run();
        } catch (ProcessDeath e) {
            // As if it had never been.
        } catch (Throwable e) {
            failed = e;
        }
        if (process != null) {
            process.ends(this, failed);
        }
        scheduler.ends(this, failed);
    }

    void giveBaton() {
        baton = true;
        LockSupport.unpark(this);
    }

    void awaitBaton() {
        boolean interrupted = Thread.interrupted();
        while (!baton) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        baton = false;
        interruptPending |= interrupted;
        resumed();
    }

    /** Runs on: an interrupt that came meanwhile shows. */
    void resumed() {
        if (interruptPending) {
            interruptPending = false;
            super.interrupt();
        }
    }

    @Override
    public void interrupt() {
        if (Thread.currentThread() == this) {
            super.interrupt();
            return;
        }
        if (unreachable) {
            return;
        }
        interruptPending = true;
        if (!deaf) {
            scheduler.wake(this);
        }
    }

    void parks(long until) {
        parked = true;
        wakeAt = until;
    }

    void unparked() {
        parked = false;
    }

    boolean isParked() {
        return parked;
    }

    long wakeAt() {
        return wakeAt;
    }

    /** Whether interrupts are lost on it. */
    void unreachable(boolean isUnreachable) {
        unreachable = isUnreachable;
    }

    boolean isDeaf() {
        return deaf;
    }

    /** Whether interrupts wake it. */
    void deaf(boolean isDeaf) {
        deaf = isDeaf;
    }
}
