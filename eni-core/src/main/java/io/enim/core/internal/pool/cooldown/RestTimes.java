// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.cooldown;

import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.core.internal.exec.Deadline;
import io.enim.provider.EniCloud;
import java.time.Duration;

/**
 * How long a released ENI rests. What an operator sets holds always. Else it is the cloud's time, or the setting's default, and
 * less while endpoints wait that would have no ENI: to wait longer is then sure to harm them, and what resting protects from
 * has mostly passed.
 *
 * @param full the time
 * @param whileAwaited the time while endpoints wait; not longer
 */
public record RestTimes(Duration full, Duration whileAwaited) {
    private static final Duration ENOUGH = Duration.ofSeconds(5);

    public static RestTimes of(EniSettings settings, EniCloud cloud) {
        Duration told = settings.duration(EniSetting.POOL_COOLDOWN);
        if (settings.isSet(EniSetting.POOL_COOLDOWN)) {
            return new RestTimes(told, told);
        }
        Duration full = cloud.cooldown().filter(time -> !time.isNegative()).orElse(told);
        return new RestTimes(full, Deadline.min(full, ENOUGH));
    }

    Duration saved() {
        return full.minus(whileAwaited);
    }
}
