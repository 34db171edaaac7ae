// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.step.StepRunner;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the parts of one manager run on.
 *
 * @param deadlines ends what takes too long; nothing that blocks runs there
 */
record ManagerRuntime(
        EniSettings settings,
        Platform platform,
        Lifetime lifetime,
        EniMetrics metrics,
        StepRunner steps,
        ScheduledExecutorService deadlines) {
    static ManagerRuntime start(Given given, Platform platform, Lifetime lifetime) {
        EniMetrics metrics = given.metrics() == EniMetrics.NONE
                ? EniMetrics.NONE
                : new ToldMetrics(given.metrics(), lifetime.listenerThread("the metrics listener", "metrics"));
        return new ManagerRuntime(
                given.settings(),
                platform,
                lifetime,
                metrics,
                new StepRunner(lifetime.whileOpen(platform.failPoint()), metrics),
                lifetime.scheduler("deadlines", 1, "deadline"));
    }

    Execution execution() {
        return platform.execution();
    }

    MonotonicClock clock() {
        return platform.clock();
    }

    Duration duration(EniSetting setting) {
        return settings.duration(setting);
    }

    /** No step of an operation that works takes longer: it waits for a device or for the cloud, and may be undone after that. */
    Duration longestStep() {
        return Collections.max(List.of(duration(EniSetting.DEVICE_TIMEOUT), duration(EniSetting.CLOUD_TIMEOUT)))
                .plus(duration(EniSetting.UNDO_TIMEOUT));
    }
}
