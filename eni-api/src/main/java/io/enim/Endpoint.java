// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

/**
 * The holder of an ENI: one interface of one sandbox of a pod, container or task. Immutable.
 *
 * <p>The container id tells two lives of one pod apart, so that a late DEL of the old one never changes the new one. An
 * agent that never reuses names may leave it empty.
 *
 * @param namespace the namespace of the name, {@code default} where there is none
 * @param name the endpoint's name, unique in its namespace at any moment
 * @param containerId the sandbox, as the runtime names it; may be empty
 * @param interfaceName the name of the device inside the endpoint
 */
public record Endpoint(String namespace, String name, String containerId, InterfaceName interfaceName) {
    /** The name of a device where the caller names none. */
    public static final InterfaceName DEFAULT_INTERFACE = new InterfaceName("eth0");

    private static final int MAX_LENGTH = 253;

    public Endpoint {
        requireName("endpoint namespace", namespace);
        requireName("endpoint name", name);
        requireNonNull(containerId, "containerId");
        if (!containerId.isEmpty()) {
            requireName("container id", containerId);
        }
        requireNonNull(interfaceName, "interfaceName");
    }

    /** An endpoint without container id, with the default interface name. */
    public static Endpoint of(String namespace, String name) {
        return new Endpoint(namespace, name, "", DEFAULT_INTERFACE);
    }

    /** An endpoint with the default interface name. */
    public static Endpoint of(String namespace, String name, String containerId) {
        return new Endpoint(namespace, name, containerId, DEFAULT_INTERFACE);
    }

    /** Whether this endpoint has this name, whatever its container id and interface. */
    public boolean isNamed(String otherNamespace, String otherName) {
        return namespace.equals(otherNamespace) && name.equals(otherName);
    }

    private static void requireName(String field, String value) {
        requireNonNull(value, field);
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new InvalidRequestException(field, value, "1 to " + MAX_LENGTH + " characters");
        }
        if (!value.chars().allMatch(Endpoint::isPlain) || value.equals(".") || value.equals("..")) {
            throw new InvalidRequestException(
                    field, value, "only letters, digits and - _ . : @ + are allowed, and not . or .. alone");
        }
    }

    private static boolean isPlain(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-_.:@+".indexOf(c) >= 0;
    }

    /** {@code namespace/name/containerId/interface}, the container id left out when empty. */
    @Override
    public String toString() {
        String container = containerId.isEmpty() ? "" : "/" + containerId;
        return namespace + "/" + name + container + "/" + interfaceName;
    }
}
