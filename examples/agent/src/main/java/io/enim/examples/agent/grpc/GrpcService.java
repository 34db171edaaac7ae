// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.grpc;

import java.io.IOException;

/** What a server does with a call. Called from many threads; may block. */
public interface GrpcService {
    /**
     * Answers a call, or keeps the reply and answers later.
     *
     * @param method service and method, as {@code v1beta1.DevicePlugin/Allocate}
     * @return whether there is such a method; if not, nothing was done with the reply
     * @throws IOException the message is malformed; the caller is told
     */
    boolean call(String method, byte[] message, GrpcReply reply) throws IOException;
}
