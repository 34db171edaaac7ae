// SPDX-License-Identifier: Apache-2.0
package io.enim.provider;

/**
 * The request to attach an ENI to this node. The adapter chooses a free card and index.
 *
 * @param token the idempotency token: a repeated request with the same token does not attach a second time
 */
public record AttachRequest(String token) {
    public AttachRequest {
        CreateRequest.requireToken(token);
    }
}
