// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.diagnosis;

import io.enim.InvalidRequestException;
import io.enim.OverloadedException;
import io.enim.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Configuration;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;

/**
 * Records this process with Java Flight Recorder for a time, one recording at a time. Without the events that have the
 * environment, the command lines and the system properties in them, where credentials may be. Safe for concurrent use.
 */
public final class FlightRecording implements AutoCloseable {
    /** The longest time of a recording; shorter than what the socket waits for a request that does nothing. */
    public static final Duration LONGEST = Duration.ofMinutes(2);

    /** What JFR keeps of it on the disk, the latest. */
    private static final long MAX_BYTES = 32L << 20;

    /** What may have secrets in it. */
    private static final List<String> LEFT_OUT = List.of(
            "jdk.InitialEnvironmentVariable", "jdk.InitialSystemProperty", "jdk.JVMInformation", "jdk.SystemProcess");

    private final boolean isThere;
    private final Semaphore free = new Semaphore(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** A JVM made by jlink may lack it. */
    public FlightRecording() {
        this(ModuleLayer.boot().findModule("jdk.jfr").isPresent());
    }

    FlightRecording(boolean isThere) {
        this.isThere = isThere;
    }

    /**
     * Records, and returns a file for its owner alone, which the caller deletes. Blocks for that time, or until this closes.
     *
     * @throws InvalidRequestException the time is none, or too long
     * @throws SettingsException this JVM has no Flight Recorder, or the disk cannot be written
     * @throws OverloadedException another recording runs
     */
    public Path record(Duration time) {
        if (time.isZero() || time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new InvalidRequestException(
                    "for", time.toSeconds() + "s", "a recording takes 1s to " + LONGEST.toSeconds() + "s");
        }
        if (!isThere || !Jfr.isAvailable()) {
            throw new SettingsException(
                    "jfr", "this agent's JVM has no Flight Recorder (module jdk.jfr); run the agent with a whole JVM");
        }
        if (!free.tryAcquire()) {
            throw new OverloadedException(
                    "record: another recording runs, and ends within " + LONGEST.toSeconds() + " s");
        }
        try {
            return Jfr.record(time, closed);
        } catch (IOException | ParseException e) {
            throw new SettingsException("jfr", "the recording cannot be written to " + tmp() + ": " + e, e);
        } finally {
            free.release();
        }
    }

    private static String tmp() {
        return System.getProperty("java.io.tmpdir");
    }

    /** Ends a recording that runs, which is answered. Idempotent. */
    @Override
    public void close() {
        closed.countDown();
    }

    /** Apart, since it is loaded only where its classes are. */
    private static final class Jfr {
        private Jfr() {}

        static boolean isAvailable() {
            return FlightRecorder.isAvailable();
        }

        static Path record(Duration time, CountDownLatch closed) throws IOException, ParseException {
            try (Recording recording = new Recording(Configuration.getConfiguration("default"))) {
                LEFT_OUT.forEach(recording::disable);
                recording.setMaxSize(MAX_BYTES);
                recording.setName("enim-agent");
                recording.start();
                await(time, closed);
                recording.stop();
                Path file = Files.createTempFile("enim-agent-", ".jfr");
                try {
                    recording.dump(file);
                    return file;
                } catch (IOException | RuntimeException e) {
                    Files.deleteIfExists(file);
                    throw e;
                }
            }
        }

        /** An interrupt ends it early: the caller has what was recorded. */
        private static void await(Duration time, CountDownLatch closed) {
            try {
                boolean isClosed = closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
                assert isClosed || closed.getCount() > 0;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
