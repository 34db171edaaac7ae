// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.bce;

import static java.util.Objects.requireNonNullElse;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks signatures of the kind {@code bce-auth-v1}, written from the protocol's description and not with the SDK's
 * signer, so that each proves the other.
 *
 * <p>{@code Authorization: bce-auth-v1/KEY_ID/TIME/SECONDS/SIGNED_HEADERS/SIGNATURE}
 */
final class BceAuthV1Verifier {
    private static final Duration SKEW = Duration.ofMinutes(30);
    private static final int PARTS = 6;

    private final String accessKeyId;
    private final String secret;
    private final String sessionToken;
    private final Clock clock;

    /** An empty session token means that none is expected. */
    BceAuthV1Verifier(String accessKeyId, String secret, String sessionToken, Clock clock) {
        this.accessKeyId = accessKeyId;
        this.secret = secret;
        this.sessionToken = sessionToken;
        this.clock = clock;
    }

    /**
     * Lets a request pass that is signed as it must be.
     *
     * @throws BceError it is not
     */
    void require(String method, URI address, Headers headers) {
        String authorization = requireNonNullElse(headers.getFirst("Authorization"), "");
        BceError.require(!authorization.isEmpty(), 403, "AccessDenied", "the request is not signed");
        String[] parts = authorization.split("/", -1);
        boolean isWellFormed = parts.length == PARTS && parts[0].equals("bce-auth-v1") && parts[3].matches("\\d{1,9}");
        BceError.require(isWellFormed, 400, "InvalidHTTPAuthHeader", "the Authorization header is malformed");
        BceError.require(parts[1].equals(accessKeyId), 403, "InvalidAccessKeyId", "the access key id does not exist");
        requireTime(parts[2], Long.parseLong(parts[3]));
        String signed = parts[4].isEmpty() ? "host" : parts[4];
        boolean isHostSigned = Arrays.asList(signed.split(";")).contains("host");
        BceError.require(isHostSigned, 400, "InvalidHTTPAuthHeader", "the host header is not signed");
        String prefix = String.join("/", Arrays.asList(parts).subList(0, 4));
        String right = hex(hex(secret, prefix), canonical(method, address, headers, signed));
        boolean isRight = MessageDigest.isEqual(bytes(right), bytes(parts[5]));
        BceError.require(isRight, 403, "SignatureDoesNotMatch", "the signature does not match");
        boolean isExpected = sessionToken.equals(requireNonNullElse(headers.getFirst("x-bce-security-token"), ""));
        BceError.require(isExpected, 403, "InvalidAccessKeyId", "the session token is missing, unknown or expired");
    }

    private void requireTime(String text, long seconds) {
        Instant signedAt;
        try {
            signedAt = Instant.parse(text);
        } catch (DateTimeException e) {
            throw new BceError(400, "InvalidHTTPAuthHeader", "the time is malformed");
        }
        Instant now = clock.instant();
        boolean isExpired = signedAt.plusSeconds(seconds).isBefore(now)
                || signedAt.minus(SKEW).isAfter(now);
        BceError.require(!isExpired, 400, "RequestExpired", "the request has expired");
    }

    private static String canonical(String method, URI address, Headers headers, String signed) {
        String lines = List.of(signed.split(";")).stream()
                .map(name -> encoded(name.toLowerCase(Locale.ROOT)) + ":"
                        + encoded(String.valueOf(headers.getFirst(name)).trim()))
                .sorted()
                .collect(Collectors.joining("\n"));
        return String.join("\n", method, path(address), query(address), lines);
    }

    private static String path(URI address) {
        String path = address.getPath();
        return path.isEmpty() ? "/" : encoded(path).replace("%2F", "/");
    }

    private static String query(URI address) {
        return QueryString.of(address).parameters().entrySet().stream()
                .filter(parameter -> !parameter.getKey().equalsIgnoreCase("authorization"))
                .map(parameter -> encoded(parameter.getKey()) + "=" + encoded(parameter.getValue()))
                .sorted()
                .collect(Collectors.joining("&"));
    }

    /** Everything but RFC 3986's unreserved characters, as %XX of its UTF-8. */
    private static String encoded(String text) {
        String form = URLEncoder.encode(text, StandardCharsets.UTF_8);
        return form.replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }

    private static String hex(String key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes(key), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(bytes(text)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
