package io.enim.examples.agent.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says which endpoint is meant. Not thread-safe. */
final class EndpointOptions {
    @Parameters(
            index = "0",
            paramLabel = "[NAMESPACE/]NAME",
            description = "The endpoint; the namespace is 'default' unless said.")
    private String name = "";

    @Option(names = "--container", paramLabel = "ID", description = "Which life of it; needed only where several are.")
    private String container = "";

    @Option(names = "--interface", paramLabel = "NAME", description = "Which interface of it; eth0 unless said.")
    private String interfaceName = "";

    Form form() {
        int slash = name.indexOf('/');
        return new Form()
                .with("namespace", slash < 0 ? "default" : name.substring(0, slash))
                .with("name", name.substring(slash + 1))
                .with("container", container)
                .with("interface", interfaceName);
    }

    String name() {
        return name;
    }
}
