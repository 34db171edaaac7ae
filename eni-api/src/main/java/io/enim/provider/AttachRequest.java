package io.enim.provider;

/**
 * Asks for an ENI to be attached to this node. The cloud's adapter chooses card and index among those free.
 *
 * @param token repeats with the same token do not attach twice
 */
public record AttachRequest(String token) {
    public AttachRequest {
        CreateRequest.requireToken(token);
    }
}
