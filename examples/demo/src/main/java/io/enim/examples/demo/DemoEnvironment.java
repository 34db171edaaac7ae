package io.enim.examples.demo;

import io.enim.MacAddress;
import java.nio.file.Path;
import java.util.Optional;

/** Agent, devices and containers of the demo, real ones or in memory. Closing it ends everything it started. */
interface DemoEnvironment extends AutoCloseable {
    /** A short description, for the first and the last line. */
    String description();

    /** The agent's socket. */
    Path socket();

    /** Starts the agent; it may not answer yet when this returns. */
    void startAgent();

    /** Ends the agent as abruptly as this environment can, and returns a sentence that says how. */
    String killAgent();

    /** Stops the agent in an orderly way, and returns a sentence that says how. */
    String stopAgent();

    /** The last line of the agent's log that contains all of these words. */
    Optional<String> logged(String... words);

    /** Everything the agent has logged. */
    String log();

    /** Creates a container: a network namespace with a process in it. */
    Container createContainer(String name);

    /** Whether the device with this MAC is in the host namespace. */
    boolean isOnHost(MacAddress mac);

    @Override
    void close();

    /** A container. */
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

    /**
     * Results of continuous pings.
     *
     * @param sent how many were sent
     * @param lost how many got no answer
     */
    record PingCounts(int sent, int lost) {}
}
