// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.EniSettings;
import io.enim.examples.agent.config.ShownSettings;
import java.lang.Runtime.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The agent as a process, for reports of faults. Settings are those that may be shown.
 *
 * @param version of the agent's jar; null when it does not run from one
 */
public record AboutView(
        @Nullable String version,
        String java,
        String vm,
        long pid,
        long upSeconds,
        int processors,
        long heapUsedBytes,
        long heapMaxBytes,
        int threads,
        Map<String, String> settings) {
    /** Does not block. */
    public static AboutView of(EniSettings settings) {
        Runtime runtime = Runtime.getRuntime();
        Version java = Runtime.version();
        ProcessHandle process = ProcessHandle.current();
        return new AboutView(
                AboutView.class.getPackage().getImplementationVersion(),
                java.toString(),
                System.getProperty("java.vm.name", "") + ", " + System.getProperty("java.vendor", ""),
                process.pid(),
                process.info()
                        .startInstant()
                        .map(start -> Duration.between(start, Instant.now()).toSeconds())
                        .orElse(0L),
                runtime.availableProcessors(),
                runtime.totalMemory() - runtime.freeMemory(),
                runtime.maxMemory(),
                Thread.activeCount(),
                ShownSettings.of(settings.toMap()));
    }
}
