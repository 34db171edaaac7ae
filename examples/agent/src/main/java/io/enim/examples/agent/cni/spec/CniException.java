package io.enim.examples.agent.cni.spec;

/** Ends a call with an error of the specification. */
public final class CniException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CniErrorCode code;
    private final String details;

    /**
     * Creates the error.
     *
     * @param code its number
     * @param message what is wrong, with the values
     * @param details the rule and the next step; may be empty
     */
    public CniException(CniErrorCode code, String message, String details) {
        super(message);
        this.code = code;
        this.details = details;
    }

    public CniErrorCode code() {
        return code;
    }

    public String details() {
        return details;
    }
}
