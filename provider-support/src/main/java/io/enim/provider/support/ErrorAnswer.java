// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

/**
 * An answer of a cloud that is an error.
 *
 * @param status the HTTP status
 * @param code the cloud's code; empty when the body was not the cloud's
 * @param text the cloud's message; may be empty
 * @param requestId the cloud's id of the request; empty when there is none
 */
public record ErrorAnswer(int status, String code, String text, String requestId) {}
