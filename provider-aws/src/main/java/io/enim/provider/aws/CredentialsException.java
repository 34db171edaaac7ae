package io.enim.provider.aws;

/** The credentials chain gave none. Nothing was signed or sent. */
final class CredentialsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CredentialsException(String message, Throwable cause) {
        super(message, cause);
    }
}
