// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.plugin;

import io.enim.examples.agent.cni.CniService;
import io.enim.examples.agent.cni.RequestLimits;
import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.CniRequest;
import io.enim.examples.agent.cni.spec.CniResponse;
import io.enim.examples.agent.socket.PeerCheck;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One admitted call, run by a worker.
 *
 * <p>The plugin may end before its answer. The caller of an ADD then leaves, which makes the manager undo what the ADD did
 * (P16), unless the ADD has ended: what it gave then stays, as after any other answer that is lost, for a repeated ADD or
 * the runtime's DEL. Other commands go on; they are wanted all the same.
 */
final class PluginCall implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginCall.class);

    private final PluginConnection connection;
    private final CallFrame frame;
    private final CniService cni;
    private final RequestLimits limits;
    private final PeerCheck check;
    private final Object guard = new Object();
    private boolean isAbandoned;
    private @Nullable Thread adding;

    PluginCall(PluginConnection connection, CallFrame frame, CniService cni, RequestLimits limits, PeerCheck check) {
        this.connection = connection;
        this.frame = frame;
        this.cni = cni;
        this.limits = limits;
        this.check = check;
    }

    @Override
    public void run() {
        CniResponse response;
        try {
            response = respond();
        } catch (CniException e) {
            response = CniResponse.error(e.code(), String.valueOf(e.getMessage()), e.details());
        } catch (Throwable e) { // Also an Error: the plugin gets an answer, and the place is free again (P15).
            LOG.error("a call of the CNI plugin failed", e);
            response = CniResponse.error(
                    CniErrorCode.INTERNAL, "internal error: " + e, "see the agent's log for the stack trace");
        } finally {
            limits.leave();
        }
        if (response.isForNextAgent()) {
            connection.leave();
        } else {
            connection.answer(response);
        }
    }

    private CniResponse respond() throws IOException {
        Optional<CniResponse> refusal = check.refusal(connection.channel(), "a CNI call");
        if (refusal.isPresent()) {
            return refusal.get();
        }
        CniRequest request = frame.request();
        return request.command().equals("ADD") ? add(request) : cni.answer(request);
    }

    private CniResponse add(CniRequest request) {
        synchronized (guard) {
            if (isAbandoned) {
                throw new CniException(CniErrorCode.TRY_AGAIN_LATER, "the plugin has ended", "nothing was started");
            }
            adding = Thread.currentThread();
        }
        try {
            return cni.answer(request);
        } finally {
            synchronized (guard) {
                adding = null;
                Thread.interrupted();
            }
        }
    }

    /** The plugin has ended. */
    void abandon() {
        synchronized (guard) {
            isAbandoned = true;
            if (adding != null) {
                LOG.info("the CNI plugin has ended before the answer to its ADD, which is undone");
                adding.interrupt();
            }
        }
    }
}
