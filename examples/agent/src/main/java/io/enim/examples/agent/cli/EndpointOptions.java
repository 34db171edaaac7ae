// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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

    /** The endpoint as a form's fields. */
    String form() {
        int slash = name.indexOf('/');
        return "namespace=" + encoded(slash < 0 ? "default" : name.substring(0, slash))
                + field("name", name.substring(slash + 1))
                + field("container", container)
                + field("interface", interfaceName);
    }

    /** A further field; nothing if the value is empty. */
    static String field(String name, String value) {
        return value.isEmpty() ? "" : "&" + name + "=" + encoded(value);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    String name() {
        return name;
    }
}
