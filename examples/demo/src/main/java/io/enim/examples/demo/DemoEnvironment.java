// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import io.enim.MacAddress;
import java.nio.file.Path;

/** Agent, devices and containers of the demo, real ones or in memory. Closing it ends everything it started. */
public abstract class DemoEnvironment implements AutoCloseable {
    final Path directory;
    final AgentLog log;

    DemoEnvironment(Path directory) {
        this.directory = directory;
        this.log = new AgentLog(directory.resolve("agent.log"));
    }

    /** A short description, for the first and the last line. */
    abstract String description();

    public Path socket() {
        return directory.resolve("agent.sock");
    }

    /** Starts the agent; it may not answer yet when this returns. */
    abstract void startAgent();

    /** Ends the agent as abruptly as this environment can, and returns a sentence that says how. */
    abstract String killAgent();

    /** Stops the agent in an orderly way, and returns a sentence that says how. */
    abstract String stopAgent();

    public String log() {
        return log.text();
    }

    /** Creates a container: a network namespace with a process in it. */
    abstract Container createContainer(String name);

    /** Whether the device with this MAC is in the host namespace. */
    abstract boolean isOnHost(MacAddress mac);

    @Override
    public abstract void close();

    interface Container {
        /** The path that a runtime passes as {@code CNI_NETNS}. */
        Path netns();

        /** Whether packets can be sent from here; without, the next three methods are not called. */
        default boolean hasTraffic() {
            return false;
        }

        /** Whether the address answers a ping. */
        default boolean reaches(String address) {
            throw new UnsupportedOperationException(address);
        }

        /** Starts to ping the address continuously. */
        default void startPings(String address) {
            throw new UnsupportedOperationException(address);
        }

        /** Stops the pings and returns their counts. */
        default PingCounts stopPings() {
            throw new UnsupportedOperationException();
        }

        /** Kills the container's process, which also ends its namespace. */
        void kill();
    }

    /** How many continuous pings were sent, and how many of them got no answer. */
    record PingCounts(int sent, int lost) {}
}
