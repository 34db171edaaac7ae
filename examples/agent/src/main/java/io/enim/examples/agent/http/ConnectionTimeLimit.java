// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Ends each connection after a time, whatever it does: Jetty's own limit begins anew with each byte, so that a client that sends or
 * reads one now and then would keep its place. Safe for concurrent use.
 */
final class ConnectionTimeLimit implements Connection.Listener {
    private final Scheduler scheduler;
    private final Duration limit;
    private final Map<Connection, Scheduler.Task> ends = new ConcurrentHashMap<>();

    ConnectionTimeLimit(Scheduler scheduler, Duration limit) {
        this.scheduler = scheduler;
        this.limit = limit;
    }

    @Override
    public void onOpened(Connection connection) {
        ends.put(
                connection,
                scheduler.schedule(() -> connection.getEndPoint().close(), limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void onClosed(Connection connection) {
        Scheduler.Task end = ends.remove(connection);
        if (end != null) {
            end.cancel();
        }
    }
}
