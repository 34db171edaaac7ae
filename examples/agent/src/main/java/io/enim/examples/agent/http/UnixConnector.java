// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import java.io.Closeable;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.thread.Scheduler;

/** Jetty's connector for Unix sockets with one thread that accepts, without two of its faults. */
final class UnixConnector extends UnixDomainServerConnector {
    UnixConnector(Server server, HttpConnectionFactory http) {
        super(server, 1, 1, http);
    }

    /**
     * Closes the listening socket, which refuses connections at once. An interrupt loses the connection that accept() has
     * just taken: JDK 17 throws then, and the connection stays open without a reader.
     */
    @Override
    protected void interruptAcceptors() {
        IO.close(getBean(ServerSocketChannel.class));
        setAccepting(true); // Wakes an acceptor that waits because of the connection limit.
    }

    @Override
    protected boolean handleAcceptFailure(Throwable failure) {
        return !isShutdown() && super.handleAcceptFailure(failure);
    }

    /** Registers no acceptor with the selector: Jetty does so just where a thread accepts, which fails with a stack in the log. */
    @Override
    protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
        return new UnixDomainSelectorManager(executor, scheduler, selectors) {
            @Override
            public Closeable acceptor(SelectableChannel server) {
                return () -> {};
            }
        };
    }
}
