package io.enim.examples.agent.http;

/** Malformed request, rejected without side effects. */
final class BadRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadRequestException(String message) {
        super(message);
    }
}
