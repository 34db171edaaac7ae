// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.PrintableText;
import java.util.Arrays;

/** The commands and the version of the specification that introduced each. VERSION belongs to no version. */
public enum CniCommand {
    ADD(CniVersion.V0_3_1),
    DEL(CniVersion.V0_3_1),
    CHECK(CniVersion.V0_4_0),
    GC(CniVersion.V1_1_0),
    STATUS(CniVersion.V1_1_0);

    private final CniVersion since;

    CniCommand(CniVersion since) {
        this.since = since;
    }

    /** The command's name if the specification has it, else {@code unknown}; this bounds the number of metric labels. */
    public static String metricName(String text) {
        boolean known = text.equals("VERSION")
                || Arrays.stream(values()).anyMatch(each -> each.name().equals(text));
        return known ? text : "unknown";
    }

    /** @throws CniException of code 4 */
    public static CniCommand parse(String text) {
        return Arrays.stream(values())
                .filter(command -> command.name().equals(text))
                .findFirst()
                .orElseThrow(() -> CniException.environment(
                        "CNI_COMMAND is "
                                + (text.isEmpty() ? "missing" : "unknown: '" + PrintableText.brief(text) + "'"),
                        "must be one of ADD, DEL, CHECK, GC, STATUS, VERSION"));
    }

    /** @throws CniException of code 1 */
    public void requireKnownTo(CniVersion version) {
        if (version.isBefore(since)) {
            throw new CniException(
                    CniErrorCode.INCOMPATIBLE_VERSION,
                    "CNI version " + version.text() + " does not allow " + name(),
                    "use at least " + since.text());
        }
    }
}
