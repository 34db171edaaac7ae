package io.enim.examples.agent.cni;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the plugin prints and how it exits.
 *
 * @param output standard output, exactly; empty where a success has none
 * @param code 0 on success, else the error's code
 */
public record CniAnswer(String output, int code) {
    public CniAnswer {
        requireNonNull(output, "output");
    }

    /** Whether the call succeeded. */
    public boolean isSuccess() {
        return code == 0;
    }

    /** How the plugin exits. */
    public int exitStatus() {
        return isSuccess() ? 0 : 1;
    }

    /** An error outside the service, in the latest version's shape. */
    public static CniAnswer error(CniCode code, String message, String details) {
        return error(CniVersion.LATEST, code, message, details);
    }

    static CniAnswer error(CniVersion version, CniCode code, String message, String details) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("cniVersion", version.text());
        error.put("code", code.number());
        error.put("msg", message);
        if (!details.isEmpty()) {
            error.put("details", details);
        }
        return new CniAnswer(CniJson.write(error), code.number());
    }

    static CniAnswer nothing() {
        return new CniAnswer("", 0);
    }

    static CniAnswer of(Map<String, Object> result) {
        return new CniAnswer(CniJson.write(result), 0);
    }
}
