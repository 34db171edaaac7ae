package io.enim.examples.agent.cri;

import java.io.IOException;

/** Says which sandboxes exist. */
@FunctionalInterface
interface SandboxLister {
    /**
     * All sandboxes; blocks, some seconds at most.
     *
     * @throws IOException there is no complete answer; nothing is known
     */
    PodSandboxes list() throws IOException;
}
