// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.AddRequest.WhenEmpty;
import io.enim.HostLink;
import io.enim.InvalidRequestException;
import io.enim.LinkOptions;
import io.enim.PrintableText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The network configuration of one call, and the version of its answer. Parts that only an ADD needs (routes, DNS) are
 * validated there, so that a DEL never fails because of them.
 */
public record NetworkConfig(CniVersion version, String name, Role role, JsonFields fields) {
    /** The role in which the plugin is called. */
    public enum Role {
        /** The plugin that moves and configures the device. */
        INTERFACE,
        /** Address management for another plugin, which moves the device itself. */
        IPAM
    }

    /** This plugin's name in {@code type} and {@code ipam.type}. */
    static final String TYPE = "enim";

    /** Those of the specification, those that libcni and runtimes add, and our own. */
    private static final Set<String> KEYS = Set.of(
            "cniVersion",
            "cniVersions",
            "name",
            "type",
            "args",
            "capabilities",
            "disableCheck",
            "disableGC",
            "loadOnlyInlinedPlugins",
            "ipam",
            "dns",
            "prevResult",
            "runtimeConfig",
            "whenEmpty",
            "mtu",
            "defaultRoute",
            HostLinkConfig.KEY);

    private static final Set<String> IPAM_KEYS = Set.of("type", "routes");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.\\-]*");
    /** A document without a version is of a release before the first versioned one. */
    private static final String UNVERSIONED = "0.1.0";

    /** @throws CniException of code 1 or 7 */
    public static CniVersion version(JsonFields fields) {
        return CniVersion.parse(fields.text("cniVersion").orElse(UNVERSIONED));
    }

    /** @throws CniException of code 2 or 7 */
    public static NetworkConfig read(CniVersion version, JsonFields fields) {
        String name = fields.text("name").orElse("");
        if (!NAME.matcher(name).matches()) {
            throw CniException.configuration(
                    "name is " + (name.isEmpty() ? "missing" : "'" + PrintableText.brief(name) + "'"),
                    "must begin with a letter or digit and contain only letters, digits, - _ .");
        }
        return new NetworkConfig(version, name, role(fields), fields);
    }

    private static Role role(JsonFields fields) {
        String type = fields.text("type").orElse(TYPE);
        Optional<JsonFields> ipam =
                fields.object("ipam").filter(section -> section.text("type").isPresent());
        if (ipam.isPresent() && !ipam.get().text("type").equals(Optional.of(TYPE))) {
            String rule = "an ENI's addresses come from the cloud; leave ipam.type out, or set it to " + TYPE;
            throw ipam.get().unsupported("type", rule);
        }
        return ipam.isEmpty() || type.equals(TYPE) ? Role.INTERFACE : Role.IPAM;
    }

    /**
     * Refuses the capability argument that ENIM cannot honour, because the cloud assigns an ENI's addresses.
     *
     * @throws CniException of code 2
     */
    public void requireSupportedCapabilities() {
        String key = "ipRanges";
        fields.object("runtimeConfig")
                .filter(runtime -> runtime.map().get(key) != null)
                .ifPresent(runtime -> {
                    throw runtime.unsupported(
                            key,
                            "the cloud assigns the addresses of an ENI; remove the capability " + key
                                    + " from the configuration");
                });
    }

    /**
     * Refuses keys that this plugin does not know: what a typing error or another plugin's key asked for would not happen. Under
     * another plugin only the section {@code ipam} is ours.
     *
     * @throws CniException of code 7
     */
    public void requireKnownKeys() {
        if (role == Role.INTERFACE) {
            fields.requireOnly(KEYS);
        }
        fields.object("ipam").ifPresent(ipam -> ipam.requireOnly(IPAM_KEYS));
    }

    /**
     * How the device is set up: {@code mtu}, {@code defaultRoute} and {@code hostLink}.
     *
     * @param ofNode the host link of a pod's first interface, unless the configuration says something else
     * @throws CniException of code 7
     */
    public LinkOptions link(Optional<HostLink> ofNode) {
        if (role == Role.IPAM) {
            return LinkOptions.DEFAULT;
        }
        int mtu = fields.number("mtu").orElse(0);
        boolean defaultRoute = fields.truth("defaultRoute").orElse(true);
        Optional<HostLink> hostLink = HostLinkConfig.of(fields, ofNode.filter(any -> defaultRoute));
        try {
            return new LinkOptions(mtu == 0 ? OptionalInt.empty() : OptionalInt.of(mtu), defaultRoute, hostLink);
        } catch (InvalidRequestException e) {
            throw CniException.configuration(String.valueOf(e.getMessage()), "leave mtu out for the node's");
        }
    }

    /** What an ADD does when no ENI is free, unless the pod says something else. */
    public WhenEmpty whenEmpty() {
        return whenEmpty(
                "network configuration: whenEmpty", fields.text("whenEmpty").orElse("wait"));
    }

    /** @throws CniException of code 7, with the place of the word */
    static WhenEmpty whenEmpty(String where, String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "fail" -> WhenEmpty.FAIL;
            case "wait" -> WhenEmpty.WAIT;
            default -> {
                String message = where + " is '" + PrintableText.brief(word) + "'";
                throw new CniException(CniErrorCode.INVALID_CONFIG, message, "must be fail or wait");
            }
        };
    }

    public Optional<JsonFields> prevResult() {
        return fields.object("prevResult");
    }

    /** The attachments that a GC must keep; empty if the document has no such list. */
    public Optional<List<AttachmentId>> validAttachments() {
        String key = "cni.dev/valid-attachments";
        if (!fields.has(key)) {
            return Optional.empty();
        }
        // null is an empty list: Go, and so the reference library, writes it that way.
        return Optional.of(fields.objects(key).stream()
                .map(each -> new AttachmentId(
                        each.text("containerID").orElse(""), each.text("ifname").orElse("")))
                .toList());
    }
}
