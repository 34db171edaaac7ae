// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cri;

import java.io.IOException;

/** Lists the sandboxes that exist. */
@FunctionalInterface
interface SandboxLister extends AutoCloseable {
    /**
     * Lists all sandboxes; blocks for a few seconds at most.
     *
     * @throws IOException there is no complete answer
     */
    PodSandboxes list() throws IOException;

    /** Ends the connection. */
    @Override
    default void close() {}
}
