// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

/** Whether a new ENI gets an IPv6 address. */
public enum Ipv6Mode {
    /** Where the subnet has an IPv6 block. */
    AUTO,
    /** Never. */
    OFF,
    /** Always; a subnet without an IPv6 block is not used. */
    REQUIRED;

    /** Whether an ENI may be created in a subnet, by whether that has an IPv6 block. */
    public boolean admits(boolean hasBlock) {
        return this != REQUIRED || hasBlock;
    }

    /** Whether an ENI in a subnet gets an address, by whether that has an IPv6 block. */
    public boolean assigns(boolean hasBlock) {
        return this != OFF && hasBlock;
    }
}
