package io.enim.examples.agent.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Selects an endpoint. Not thread-safe. */
final class EndpointOptions {
    @Parameters(
            index = "0",
            paramLabel = "[NAMESPACE/]NAME",
            description = "The endpoint; the default namespace is 'default'.")
    private String name = "";

    @Option(
            names = "--container",
            paramLabel = "ID",
            description = "Its container; needed only when several have this name.")
    private String container = "";

    @Option(names = "--interface", paramLabel = "NAME", description = "Its interface (default: eth0).")
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
