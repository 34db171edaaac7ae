// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.PrintableText;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The plugin's standard output, exactly, empty if a success has none; and 0, or the code of the error.
 *
 * @param isForNextAgent this agent ends, and did not do what it was called for: the plugin is not answered, so that it repeats its
 *     call to the next one
 */
public record CniResponse(String output, int code, boolean isForNextAgent) {
    public CniResponse(String output, int code) {
        this(output, code, false);
    }

    /** Of a call that this agent leaves to the next one, for callers that have no other. */
    public static CniResponse forNextAgent(String why) {
        CniResponse error = error(CniErrorCode.TRY_AGAIN_LATER, why, "the next agent serves the call");
        return new CniResponse(error.output(), error.code(), true);
    }

    public boolean isSuccess() {
        return code == 0;
    }

    public int exitStatus() {
        return isSuccess() ? 0 : 1;
    }

    /** An error in the format of the latest version, for calls whose version is unknown. */
    public static CniResponse error(CniErrorCode code, String message, String details) {
        return error(CniVersion.LATEST, code, message, details);
    }

    /** An error; what callers wrote into its texts is shown as {@link PrintableText#message} does. */
    public static CniResponse error(CniVersion version, CniErrorCode code, String message, String details) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("cniVersion", version.text());
        error.put("code", code.number());
        error.put("msg", PrintableText.message(message));
        if (!details.isEmpty()) {
            error.put("details", PrintableText.message(details));
        }
        return new CniResponse(CniJson.write(error), code.number());
    }

    public static CniResponse nothing() {
        return new CniResponse("", 0);
    }

    public static CniResponse of(Map<String, Object> result) {
        return new CniResponse(CniJson.write(result), 0);
    }
}
