// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.needs;

/** A capability that the agent needs on real devices ({@code linux/capability.h}). */
enum Capability {
    NET_ADMIN(12, true, "the agent can neither move a device into a pod nor set addresses and routes"),
    SYS_ADMIN(21, true, "the agent can enter no pod's network namespace"),
    SYS_PTRACE(
            19,
            false,
            "the agent cannot see which namespaces other processes are in, where a tenant may have left a device"
                    + " that hears an ENI's traffic"),
    DAC_READ_SEARCH(
            2,
            false,
            "the agent cannot see which namespaces other users' processes keep open, where a tenant may have"
                    + " left a device that hears an ENI's traffic");

    private final int bit;
    private final boolean isVital;
    private final String consequence;

    Capability(int bit, boolean isVital, String consequence) {
        this.bit = bit;
        this.isVital = isVital;
        this.consequence = consequence;
    }

    /** Whether no pod can be served without it. */
    boolean isVital() {
        return isVital;
    }

    boolean isIn(long set) {
        return (set & 1L << bit) != 0;
    }

    String missing() {
        return "CAP_" + name() + " is missing: " + consequence + "; add " + name()
                + " to securityContext.capabilities.add of its container, or CAP_" + name()
                + " to CapabilityBoundingSet of its unit";
    }
}
