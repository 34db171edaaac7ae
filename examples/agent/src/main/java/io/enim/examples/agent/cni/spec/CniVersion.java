// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.PrintableText;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The supported versions of the specification, oldest first. */
public enum CniVersion {
    V0_3_1("0.3.1"),
    V0_4_0("0.4.0"),
    V1_0_0("1.0.0"),
    V1_1_0("1.1.0");

    /** Used in errors when the caller's version is unknown. */
    public static final CniVersion LATEST = V1_1_0;

    private final String text;

    CniVersion(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    boolean isBefore(CniVersion other) {
        return compareTo(other) < 0;
    }

    public static List<String> supported() {
        return Arrays.stream(values()).map(CniVersion::text).toList();
    }

    /** @throws CniException of code 1 if the version is not supported */
    static CniVersion parse(String text) {
        return Arrays.stream(values())
                .filter(version -> version.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new CniException(
                        CniErrorCode.INCOMPATIBLE_VERSION,
                        "CNI version '" + PrintableText.brief(text) + "' is not supported",
                        "set cniVersion to one of " + supported().stream().collect(Collectors.joining(", "))));
    }
}
