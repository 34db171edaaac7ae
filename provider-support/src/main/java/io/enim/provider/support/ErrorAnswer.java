// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import io.enim.PrintableText;

/**
 * An answer of a cloud that is an error. Code and request id are shortened where they are longer than any cloud's, and
 * printable: something other than the cloud may have answered.
 *
 * @param status the HTTP status
 * @param code the cloud's code; empty when the body was not the cloud's
 * @param text the cloud's message; may be empty
 * @param requestId the cloud's id of the request; empty when there is none
 */
public record ErrorAnswer(int status, String code, String text, String requestId) {
    public ErrorAnswer {
        code = PrintableText.brief(code);
        requestId = PrintableText.brief(requestId);
    }
}
