package io.enim.examples.agent.cni;

/** Ends a call with an error of the specification. */
final class CniException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CniCode code;
    private final String details;

    /**
     * Describes the error.
     *
     * @param code its number
     * @param message what is wrong, with the values
     * @param details the rule and the next step; may be empty
     */
    CniException(CniCode code, String message, String details) {
        super(message);
        this.code = code;
        this.details = details;
    }

    CniCode code() {
        return code;
    }

    String details() {
        return details;
    }
}
