// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.config;

/** The agent's own settings, in addition to those of ENIM. */
public enum AgentSetting {
    SOCKET("agent.socket", "/run/enim/agent.sock", "the Unix socket the agent serves on"),
    MAX_REQUEST_BYTES("agent.max-request-bytes", "1048576", "the longest request accepted, in bytes"),
    MAX_REQUESTS(
            "agent.max-requests",
            "128",
            "concurrent requests that may block; more are refused with an error that says to try again"),
    CRI_SOCKET(
            "agent.cri-socket",
            "",
            "the container runtime's CRI socket, asked which sandboxes exist; those it dropped are collected. Empty:"
                    + " not asked"),
    DEVICE_PLUGIN(
            "agent.device-plugin",
            "",
            "the kubelet's directory of device plugins, where enim.io/eni is registered so that its scheduler counts ENIs;"
                    + " mostly /var/lib/kubelet/device-plugins. Empty: not registered"),
    HOST_LINK_SERVICE_CIDRS(
            "agent.host-link.service-cidrs",
            "",
            "the networks of the cluster's service addresses, with commas between them: pods reach these through the"
                    + " host, by a link of their own. Empty: no host link, unless for `agent.host-link.node-cidrs`"),
    HOST_LINK_NODE_CIDRS(
            "agent.host-link.node-cidrs",
            "",
            "the networks of this node's own addresses, those of node-local servers too, as 10.0.0.5/32,169.254.20.10/32:"
                    + " pods reach these through the host, and answer what it probes them from"),
    CONFLIST(
            "agent.cni.conflist",
            "",
            "the network configuration that the agent writes for the runtime while it can serve, like"
                    + " `/etc/cni/net.d/10-enim.conflist`. Empty: it writes none"),
    CONFLIST_TEMPLATE(
            "agent.cni.conflist-template",
            "",
            "a file with the network configuration that is written. Empty: that of `10-enim.conflist`"),
    CONFLIST_PATIENCE(
            "agent.cni.conflist-patience",
            "30s",
            "how long the agent cannot serve before it takes the network configuration away, and can serve again before it"
                    + " writes it anew"),
    HTTP_ADDRESS(
            "agent.http.address",
            "",
            "where metrics and probes are served over HTTP beside the socket, `127.0.0.1:PORT` or `[::1]:PORT`: `/metrics`,"
                    + " `/healthz` and `/readyz`. No other address than this machine's own. Empty: nowhere"),
    HTTP_TOKEN_FILE(
            "agent.http.token-file",
            "",
            "a file with a token, for its owner alone (mode 0600): what else there is to read is served there too, to those"
                    + " that send it. Empty: not served there");

    private final String key;
    private final String defaultText;
    private final String description;

    AgentSetting(String key, String defaultText, String description) {
        this.key = key;
        this.defaultText = defaultText;
        this.description = description;
    }

    public String key() {
        return key;
    }

    public String defaultText() {
        return defaultText;
    }

    public String description() {
        return description;
    }
}
