// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni;

import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniResponse;
import java.util.concurrent.Semaphore;

/** How many requests may block at once, over all sockets, and how long each may be. Safe for concurrent use. */
public final class RequestLimits {
    private final Semaphore free;
    private final int maxBytes;

    public RequestLimits(int maxRequests, int maxBytes) {
        this.free = new Semaphore(maxRequests);
        this.maxBytes = maxBytes;
    }

    /** Admits one more request, unless as many are admitted as may be. Each admitted one {@link #leave leaves}. */
    public boolean admit() {
        return free.tryAcquire();
    }

    public void leave() {
        free.release();
    }

    public int maxBytes() {
        return maxBytes;
    }

    public String busy() {
        return "the agent already handles the maximum number of requests (agent.max-requests)";
    }

    /** The answer to a CNI call that was not admitted. */
    public CniResponse tooMany() {
        return CniResponse.error(CniErrorCode.TRY_AGAIN_LATER, busy(), "nothing was started");
    }

    public String tooLong() {
        return "the request is longer than " + maxBytes + " bytes (agent.max-request-bytes); nothing was changed";
    }
}
