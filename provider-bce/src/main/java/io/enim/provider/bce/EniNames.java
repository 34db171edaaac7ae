// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import io.enim.provider.OwnerTag;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names of ENIs. The SDK has no tags in the call that creates, so the name has the owner tag and the token:
 *
 * <pre>enim/CLUSTER/NODE/TOKEN</pre>
 *
 * TOKEN is the first 20 hexadecimal digits of the SHA-256 of the client token. Where cluster and node together have more
 * than 38 characters, or one of them a character other than letters, digits, {@code -_.}, {@code CLUSTER/NODE} becomes
 * the beginning of the node's name and 20 digits of the SHA-256 of both: {@code worker-17-rack-4-0123456789abcdef0123}. It has
 * no slash, so it equals no plain one. BCE takes 1 to 65 characters, a letter first, then letters, digits,
 * {@code -_/.}; these have at most 64.
 */
final class EniNames {
    private static final String PREFIX = "enim/";
    private static final int DIGITS = 20;
    private static final int MAX_OWNER_LENGTH = 64 - PREFIX.length() - 1 - DIGITS;
    private static final int HEAD = MAX_OWNER_LENGTH - DIGITS - 1;
    private static final String PLAIN = "[A-Za-z0-9_.-]+";

    private EniNames() {}

    /** The beginning of every name of this node, and of no other's. */
    static String prefix(OwnerTag ownerTag) {
        String plain = ownerTag.cluster() + "/" + ownerTag.node();
        boolean fits = plain.length() <= MAX_OWNER_LENGTH
                && ownerTag.cluster().matches(PLAIN)
                && ownerTag.node().matches(PLAIN);
        return PREFIX + (fits ? plain : hashed(ownerTag)) + "/";
    }

    private static String hashed(OwnerTag ownerTag) {
        String head = ownerTag.node().replaceAll("[^A-Za-z0-9_.-]", "-");
        return head.substring(0, Math.min(HEAD, head.length())) + "-"
                + digits(ownerTag.cluster().length() + "/" + ownerTag.cluster() + "/" + ownerTag.node());
    }

    static String name(OwnerTag ownerTag, String token) {
        return prefix(ownerTag) + digits(token);
    }

    static boolean isOf(OwnerTag ownerTag, String name) {
        String prefix = prefix(ownerTag);
        return name.startsWith(prefix) && name.substring(prefix.length()).matches("[0-9a-f]{" + DIGITS + "}");
    }

    private static String digits(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
