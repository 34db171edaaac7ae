// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.enim.SettingsException;
import io.enim.examples.agent.config.AgentSetting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The token that a request has to carry: as {@code Authorization: Bearer TOKEN}, or as the password of {@code Basic}, which
 * browsers ask for. Immutable; it is in no message and no log.
 */
final class AccessToken {
    /** What a request without it is asked for; a browser takes the second. */
    static final String BEARER = "Bearer realm=\"enim-agent\"";

    static final String BASIC = "Basic realm=\"enim-agent: the token is the password\", charset=\"UTF-8\"";

    private static final int SHORTEST = 16;
    private static final int LONGEST = 512;
    /** The characters that RFC 6750 permits. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{" + SHORTEST + "," + LONGEST + "}");

    private static final Set<PosixFilePermission> OF_ITS_OWNER = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);
    private static final String REMEDY = "; write one with: (umask 077; openssl rand -hex 32 > FILE)";

    private final byte[] token;

    private AccessToken(byte[] token) {
        this.token = token;
    }

    /**
     * Reads the file. Blocks on the disk.
     *
     * @throws SettingsException it is missing, empty, no token, or others than its owner may read or write it
     */
    static AccessToken read(Path file) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (!OF_ITS_OWNER.containsAll(mode)) {
                throw refused(file + " has the mode " + PosixFilePermissions.toString(mode)
                        + ", so that others than its owner reach the token; chmod 0600 it, and replace the token");
            }
            String text;
            try (InputStream in = Files.newInputStream(file)) {
                text = new String(in.readNBytes(LONGEST + 2), ISO_8859_1).strip();
            }
            if (text.isEmpty()) {
                throw refused(file + " is empty" + REMEDY);
            }
            if (!TOKEN.matcher(text).matches()) {
                throw refused(file + " has no token: that is " + SHORTEST + " to " + LONGEST
                        + " letters, digits and characters of ._~+/=-" + REMEDY);
            }
            return new AccessToken(text.getBytes(ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw new SettingsException(AgentSetting.HTTP_TOKEN_FILE.key(), file + " does not exist" + REMEDY, e);
        } catch (IOException e) {
            throw new SettingsException(AgentSetting.HTTP_TOKEN_FILE.key(), file + " cannot be read: " + e, e);
        }
    }

    private static SettingsException refused(String message) {
        return new SettingsException(AgentSetting.HTTP_TOKEN_FILE.key(), message);
    }

    /** Whether the header {@code Authorization} carries it. Takes the same time wherever the texts differ. */
    boolean isIn(@Nullable String authorization) {
        String[] words =
                authorization == null ? new String[0] : authorization.strip().split(" +", 2);
        if (words.length < 2) {
            return false;
        }
        if (words[0].equalsIgnoreCase("Bearer")) {
            return MessageDigest.isEqual(token, words[1].getBytes(ISO_8859_1));
        }
        return words[0].equalsIgnoreCase("Basic") && MessageDigest.isEqual(token, password(words[1]));
    }

    private static byte[] password(String credentials) {
        try {
            String pair = new String(Base64.getDecoder().decode(credentials), ISO_8859_1);
            return pair.substring(pair.indexOf(':') + 1).getBytes(ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return new byte[0]; // What is no Base64 is no token.
        }
    }
}
