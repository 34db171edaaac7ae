// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

/**
 * Error codes. Those below 100 are the specification's ("Error codes 0-99 are reserved for well-known errors"), the others
 * this plugin's own. 100 and 101 are raised before the service is reached: by the shell plugin (curl is missing) and by
 * the socket (the caller is not permitted).
 */
public enum CniErrorCode {
    /** The requested version is not supported, or does not have the command. */
    INCOMPATIBLE_VERSION(1),
    /** The configuration requests something that this plugin does not support. */
    UNSUPPORTED_FIELD(2),
    /** The container has no attachment on this node. */
    UNKNOWN_CONTAINER(3),
    /** An environment variable is missing or invalid. */
    INVALID_ENVIRONMENT(4),
    /** The node's record could not be read or written. */
    IO_FAILURE(5),
    /** The configuration is not JSON. */
    DECODING_FAILED(6),
    /** The configuration breaks a rule. */
    INVALID_CONFIG(7),
    /** The call is valid; the same one may succeed later. */
    TRY_AGAIN_LATER(11),
    /** STATUS: no ADD can be served now. */
    NOT_AVAILABLE(50),
    /** STATUS: no ADD can be served now, and some endpoints may have lost their ENI. */
    LIMITED_CONNECTIVITY(51),
    /** The caller of the socket is neither root nor the agent's own user. */
    NOT_PERMITTED(101),
    /** A DEL of the same attachment interrupted the ADD. */
    SUPERSEDED(102),
    /** The kernel refused an operation on the device. */
    DEVICE(103),
    /** The cloud refused permanently. */
    PROVIDER(104),
    /** CHECK: something differs from what was set up. */
    DIFFERS(105),
    /** An unexpected error; the agent's log has the stack trace. */
    INTERNAL(199);

    private final int number;

    CniErrorCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
