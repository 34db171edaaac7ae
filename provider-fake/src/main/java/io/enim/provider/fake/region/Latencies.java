// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.region;

import java.time.Duration;

/**
 * How long things take.
 *
 * @param visible from creation until {@code describe} shows an ENI
 * @param attach from the call until the ENI is attached
 * @param detach from the call until the ENI is detached
 */
public record Latencies(Duration visible, Duration attach, Duration detach) {
    /** Everything at once. */
    public static final Latencies NONE = new Latencies(Duration.ZERO, Duration.ZERO, Duration.ZERO);
}
