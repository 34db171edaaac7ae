package io.enim.provider;

import static java.util.Objects.requireNonNull;

import io.enim.InvalidRequestException;

/**
 * Asks for a new ENI.
 *
 * @param token repeats with the same token give the same ENI; at most 64 ASCII letters, digits and {@code -}
 * @param mark to be set in the same call that creates
 */
public record CreateRequest(String token, OwnerTag ownerTag) {
    public CreateRequest {
        requireToken(token);
        requireNonNull(ownerTag, "mark");
    }

    static void requireToken(String token) {
        if (!requireNonNull(token, "token").matches("[A-Za-z0-9-]{1,64}")) {
            throw new InvalidRequestException("token", token, "1 to 64 ASCII letters, digits and -");
        }
    }
}
