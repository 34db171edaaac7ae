package io.enim.examples.agent.cni.spec;

/**
 * The numbers of errors. Below 100 they are the specification's ("Error codes 0-99 are reserved for well-known errors"),
 * from 100 on they are this plugin's own. 100 and 101 are raised before the service is reached: by the shell plugin
 * (curl is missing) and by the socket (the caller is not permitted).
 */
public enum CniErrorCode {
    /** The version asked for is not spoken, or does not know the command. */
    INCOMPATIBLE_VERSION(1),
    /** The configuration asks for something this plugin does not do. */
    UNSUPPORTED_FIELD(2),
    /** The container has no attachment here. */
    UNKNOWN_CONTAINER(3),
    /** An environment variable is missing or bad. */
    INVALID_ENVIRONMENT(4),
    /** The node's record could not be read or written. */
    IO_FAILURE(5),
    /** The configuration is no JSON. */
    DECODING_FAILED(6),
    /** The configuration breaks a rule. */
    INVALID_CONFIG(7),
    /** Nothing is wrong with the call; the same one may succeed later. */
    TRY_AGAIN_LATER(11),
    /** STATUS: no ADD can be served now. */
    NOT_AVAILABLE(50),
    /** STATUS: no ADD can be served now, and some that were may have lost their ENI. */
    LIMITED_CONNECTIVITY(51),
    /** The caller of the socket is neither root nor the agent's own user. */
    NOT_PERMITTED(101),
    /** A DEL of the same attachment came while the ADD was at work. */
    SUPERSEDED(102),
    /** The kernel or the device refused. */
    DEVICE(103),
    /** The cloud refused for good. */
    PROVIDER(104),
    /** CHECK: something differs from what was set up. */
    DIFFERS(105),
    /** An error nobody foresaw; the agent's log has it. */
    INTERNAL(199);

    private final int number;

    CniErrorCode(int number) {
        this.number = number;
    }

    /** The number as it is answered. */
    public int number() {
        return number;
    }
}
