// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.CloudCalls;
import io.enim.Heartbeat;
import io.enim.OperationStatus;
import io.enim.core.internal.pool.Outlook;
import java.util.List;
import java.util.function.Supplier;

/**
 * How the parts of a manager are; nothing here blocks.
 *
 * @param outlooks whether the next ADD gets an ENI, for each pool
 * @param problems what needs attention though endpoints can be served
 * @param heartbeats what each part does
 * @param operations the operations that have not ended
 * @param cloudCalls what each pool asks of its cloud
 */
record Vitals(
        Supplier<List<Outlook>> outlooks,
        Supplier<List<String>> problems,
        Supplier<List<Heartbeat>> heartbeats,
        Supplier<List<OperationStatus>> operations,
        Supplier<List<CloudCalls>> cloudCalls) {}
