package io.enim.benchmarks.device;

import io.enim.benchmarks.device.DeviceTestbed.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Foreign programs that move devices of their own all the time, and so contend for RTNL. */
final class BackgroundMovers {
    private final List<Process> processes = new ArrayList<>();

    BackgroundMovers(Path yardstick, DeviceTestbed deviceTestbed, int count) {
        for (int i = 0; i < count; i++) {
            Slot slot = deviceTestbed.newSlot();
            List<String> command = List.of(
                    yardstick.toString(), "spin", slot.device(), slot.netns().toString());
            try {
                processes.add(new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot start " + command, e);
            }
        }
    }

    /** Ends them when their present move is done; one that has failed meanwhile is an error. */
    void close() {
        for (Process process : processes) {
            if (!process.isAlive()) {
                throw new IllegalStateException("a mover ended early with " + process.exitValue());
            }
        }
        for (Process process : processes) {
            try {
                process.getOutputStream().close();
                process.waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException("end a mover", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
    }
}
