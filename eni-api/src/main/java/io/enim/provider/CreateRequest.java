// SPDX-License-Identifier: Apache-2.0
package io.enim.provider;

import static java.util.Objects.requireNonNull;

import io.enim.InvalidRequestException;

/**
 * The request to create an ENI.
 *
 * @param token the idempotency token: a repeated request with the same token gives the same ENI; at most 64 ASCII letters,
 *     digits and {@code -}
 * @param ownerTag the owner tag, to be set by the same call that creates the ENI
 */
public record CreateRequest(String token, OwnerTag ownerTag) {
    public CreateRequest {
        requireToken(token);
        requireNonNull(ownerTag, "ownerTag");
    }

    static void requireToken(String token) {
        if (!requireNonNull(token, "token").matches("[A-Za-z0-9-]{1,64}")) {
            throw new InvalidRequestException("token", token, "1 to 64 ASCII letters, digits and -");
        }
    }
}
