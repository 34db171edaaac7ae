package io.enim.examples.demo;

import io.enim.MacAddress;
import java.nio.file.Path;
import java.util.Optional;

/** Where the story plays: on real devices in private namespaces, or in memory. Closing it ends everything it started. */
interface DemoEnvironment extends AutoCloseable {
    /** What it is made of, for the first line. */
    String description();

    /** The agent's socket. */
    Path socket();

    /** Starts the agent; its socket answers when this returns. */
    void startAgent();

    /** Ends the agent as abruptly as this world can; says how. */
    String killAgent();

    /** Ends the agent in order, and says how. */
    String stopAgent();

    /** The last line of the agent's log that holds all of these words. */
    Optional<String> logged(String... words);

    /** What the agent has logged, for when something went wrong. */
    String log();

    /** Makes a container: a network namespace with a process in it. */
    Container createContainer(String name);

    /** Whether the device with this MAC is in the host namespace. */
    boolean isOnHost(MacAddress mac);

    @Override
    void close();

    /** A container. */
    interface Container {
        /** What the runtime would pass as {@code CNI_NETNS}. */
        Path netns();

        /** Whether anything can be sent from here. */
        boolean hasTraffic();

        /** Whether an echo to the address comes back. */
        boolean reaches(String address);

        /** Begins to send one echo after another. */
        void stream(String address);

        /** Ends that; how many were sent, and how many were lost. */
        PingCounts stopStream();

        /** Kills its process, and with it the namespace. */
        void kill();
    }

    /**
     * What became of a stream of echoes.
     *
     * @param sent how many were sent
     * @param lost how many did not come back
     */
    record PingCounts(int sent, int lost) {}
}
