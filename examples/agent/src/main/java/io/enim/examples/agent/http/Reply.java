// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** An answer to a request, sent once. */
interface Reply {
    void send(Response response, Callback callback);
}
