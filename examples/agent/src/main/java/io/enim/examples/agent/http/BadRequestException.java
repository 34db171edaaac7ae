package io.enim.examples.agent.http;

/** A request that is none of this interface; nothing was done. */
final class BadRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadRequestException(String message) {
        super(message);
    }
}
