package io.enim.benchmarks.device;

import io.enim.benchmarks.device.DeviceTestbed.Slot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Foreign programs that move devices of their own all the time, and so contend for RTNL. */
final class BackgroundMovers {
    private final List<Process> processes = new ArrayList<>();

    BackgroundMovers(Path yardstick, DeviceTestbed testbed, int count) {
        for (int i = 0; i < count; i++) {
            Slot slot = testbed.newSlot();
            processes.add(ChildProcess.start(
                    List.of(
                            yardstick.toString(),
                            "spin",
                            slot.device(),
                            slot.netns().toString()),
                    Map.of()));
        }
    }

    /** Ends them when their current move is done; one that ended early is an error. */
    void close() {
        for (Process process : processes) {
            if (!process.isAlive()) {
                throw new IllegalStateException("a mover ended early with " + process.exitValue());
            }
        }
        processes.forEach(ChildProcess::end);
    }
}
